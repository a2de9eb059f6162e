// The lessons' texts, in Korean. Same keys as lessons.en.js. [[term|words]] links to the glossary, {{part|words}} to the figure.
export default {
  history: {
    title: "1998–2021: 여덟 개의 신경망",
    idea: "수표를 읽는 일에서 레이블 없이 배우는 일까지.",
    test: {
      lenet: "MNIST 테스트 오류율, 단일 신경망",
      alexnet: "ILSVRC-2012 톱-5 테스트 오류율, 신경망 7개",
      vgg: "ILSVRC-2014 톱-5 테스트 오류율, 단일 신경망",
      resnet: "ILSVRC 톱-5 테스트 오류율, 신경망 6개",
      vit: "ImageNet 톱-1 정확도, 이미지 3억 장으로 사전 학습",
      swin: "ImageNet 톱-1 정확도, ImageNet-22K로 사전 학습",
      mae: "ImageNet 톱-1 정확도, ImageNet-1K 이미지만 사용, 448픽셀",
      dino: "ImageNet 톱-1 정확도, 레이블 없이 배워 고정한 특징 위의 선형 분류기",
    },
    line: {
      title: "한 줄에 놓인 23년",
      body: "점 하나하나가 컴퓨터의 보는 법을 바꾼 신경망입니다. 높이는 {{parameters|매개변수의 수}}로, 6만 개에서 6억 개가 넘는 것까지 있습니다. 점을 골라 {{idea|핵심 아이디어}}와 {{accuracy|발표된 결과}}를 살펴본 뒤, 강의를 열어 직접 실행해 보세요.",
    },
    "convolution-years": {
      title: "1998–2015: 합성곱, 그리고 깊이",
      body: "{{entry:lenet|LeNet-5}}는 [[convolution|합성곱(convolution)]]을 처음부터 끝까지 학습으로 얻었습니다. {{entry:alexnet|AlexNet}}은 GPU와 백만 장이 넘는 사진으로 이를 크게 키웠고, {{entry:vgg|VGG}}는 깊고 균일하게 만들었습니다. {{entry:resnet|ResNet}}은 덧셈 기호 하나, 곧 [[residual-connection|잔차 연결(residual connection)]]을 더해 백 층이 넘는 신경망도 학습할 수 있게 했습니다.",
    },
    "attention-years": {
      title: "2020–2021: 이미지에 온 어텐션",
      body: "{{entry:vit|ViT}}는 사진을 패치로 잘라 트랜스포머에 넣습니다. [[self-attention|셀프 어텐션(self-attention)]] 덕분에 모든 패치가 다른 모든 패치를 볼 수 있지만, 앞서기까지는 아주 많은 [[pre-training|사전 학습(pre-training)]]이 필요했습니다. {{entry:swin|Swin}}은 합성곱이 갖고 있던 지역 윈도우와 여러 단계의 해상도를 되살렸습니다.",
    },
    "label-free-years": {
      title: "2021: 레이블 없이 배우기",
      body: "레이블은 비싸지만 사진은 흔합니다. [[self-supervised-learning|자기지도 학습(self-supervised learning)]]에서는 사진 자체가 문제를 냅니다. {{entry:dino|DINO}}는 같은 사진의 두 뷰가 일치하도록 배우고, {{entry:mae|MAE}}는 사진의 4분의 3을 가린 뒤 빈 곳을 채웁니다.",
    },
    numbers: {
      title: "숫자를 읽는 법",
      body: "이 {{accuracy|결과}}들은 하나의 경주가 아니라 서로 다른 시험에서 나온 값입니다. MNIST는 숫자 열 개, ImageNet은 천 가지 사물이고, [[top-5|톱-5(top-5)]]는 다섯 번의 추측 안에 들면 맞은 것으로 칩니다. 여러 신경망의 [[ensemble|앙상블(ensemble)]]인 값도 있고, 훨씬 많은 이미지로 배운 값도 있습니다. 그래서 숫자마다 어떤 시험인지 함께 적었습니다.",
    },
    here: {
      title: "이 페이지에서 실행되는 것",
      body: "여기에 녹화된 것은 없습니다. 32 × 32픽셀 사진과 {{top|열 가지 클래스}}(LeNet은 숫자 열 개)를 다루는 작은 신경망이 종류별로 페이지에 들어 있고, 브라우저 안에서 {{photo|여러분의 사진}}으로 실행됩니다. 작은 신경망이 아니라 논문의 결과인 경우에는 그렇게 밝히고, 원래 크기의 신경망이 더 잘 보여 주는 곳에서는 내려받기를 권합니다.",
    },
  },
  convolution: {
    title: "왜 합성곱인가",
    idea: "좁게 보고, 어디서나 같은 가중치를 쓴다.",
    shift: {
      title: "조금 움직인 숫자",
      body: "크기가 거의 같은 두 신경망이 같은 숫자를 읽습니다. 하나는 [[fully-connected-layer|완전 연결층(fully connected layer)]]만으로 된 {{model:fcnn_mnist|완전 연결 신경망}}이고, 다른 하나는 [[convolution|합성곱(convolution)]]으로 시작하는 {{model:lenet5_mnist|LeNet}}입니다. 둘 다 가운데에 놓인 숫자로 학습했습니다.",
      ask: "둘 중 하나가 답을 바꿀 때까지 {{shift|슬라이더}}를 움직여 보세요. 어느 쪽인가요?",
      answer:
        "완전 연결 신경망입니다. 어느 쪽으로든 두 픽셀이면 답이 바뀝니다. 이 신경망에는 움직인 숫자가 전혀 새로운 그림입니다. 획마다 다른 것을 배운 다른 가중치 위에 놓이기 때문입니다. LeNet은 이 4를 끝까지 읽습니다. 모든 숫자가 그렇지는 않다는 것은 다음 단계에서 확인합니다.",
    },
    curve: {
      title: "이동량에 따른 정확도",
      body: "이 페이지에 들어 있는 모든 숫자로 지금 측정한 결과입니다. 두 픽셀을 움직여도 {{model:lenet5_mnist|LeNet}}은 거의 다 읽지만 {{model:fcnn_mnist|완전 연결 신경망}}은 약 5분의 1을 놓칩니다. 여섯 픽셀이면 둘 다 실패합니다. 합성곱이 주는 것은 특징이 함께 움직이는 [[equivariance|등변성(equivariance)]]이고, LeNet 끝의 완전 연결층은 여전히 위치를 따지기 때문입니다.",
    },
    "every-pixel": {
      title: "픽셀마다 가중치 하나",
      body: "{{grid|격자}}의 그림 하나는 첫 [[fully-connected-layer|완전 연결층]]의 유닛 하나입니다. 32 × 32픽셀마다 하나씩, 가중치가 1,024개 있습니다. 한 가중치가 본 획은 옆 가중치에 아무것도 가르쳐 주지 않습니다. 그래서 모든 모양을 모든 위치에서 다시 배워야 합니다.",
    },
    local: {
      title: "첫째 아이디어: 좁게 보기",
      body: "합성곱의 유닛은 작은 {{window|윈도우}}, 여기서는 5 × 5픽셀만 봅니다. 이것이 그 유닛의 [[receptive-field|수용 영역(receptive field)]]입니다. 픽셀 값에 [[kernel|커널(kernel)]]의 가중치 25개를 곱해 더하고 편향을 더합니다. 다른 {{cell|칸}}을 골라 보세요. {{formula|수식}}에 실제 숫자가 나타납니다.",
      formula: "y i j는 b 더하기, u와 v에 대한 w u v 곱하기 x i 더하기 u, j 더하기 v의 합",
    },
    shared: {
      title: "둘째 아이디어: 가중치를 함께 쓰기",
      body: "{{channel|맵}} 하나의 모든 칸은 같은 가중치 25개를 씁니다. 이것이 [[weight-sharing|가중치 공유(weight sharing)]]입니다. 커널이 사진 위를 미끄러지며 어디서나 같은 질문을 하고, 그 답이 모여 [[feature-map|특성 맵(feature map)]]이 됩니다. {{shift|숫자를 움직이면}} 특징도 함께 움직입니다.",
    },
    count: {
      title: "공유가 아껴 주는 것",
      body: "층마다 나란히 비교해 보세요. 완전 연결 신경망의 첫 층은 매개변수가 57,400개인데, LeNet의 첫 합성곱은 {{stage:conv1|156개}}입니다. [[weight-sharing|가중치 공유]] 덕분에 LeNet은 같은 예산을 더 잘 씁니다. 1998년의 신경망은 연결이 340,908개였지만 자유 매개변수는 60,000개뿐이었습니다.",
    },
    class: {
      title: "하나의 백본: 분류",
      body: "합성곱이 계산한 특징은 한 가지 일에만 쓰이지 않습니다. 이런 몸통을 [[backbone|백본(backbone)]]이라고 합니다. 여기서는 작은 ResNet이 마지막 특징을 점수 열 개로 바꾸고, [[softmax|소프트맥스(softmax)]]가 이를 {{top|확률}}로 바꿉니다. 이 신경망은 열 가지만 알고 있으니 그에 맞는 사진으로 판단해 주세요.",
    },
    heat: {
      title: "같은 백본: 열지도",
      body: "분류기는 마지막 [[feature-map|특성 맵(feature map)]]에 가중치를 주고 사진 전체에서 평균을 냅니다. 평균을 내지 않으면 [[class-activation-map|클래스 활성화 맵(class activation map)]]이 됩니다. 그 {{class|클래스}}의 근거가 {{map|어디에}} 있었는지 보여 주며, 새로 학습할 필요도 없습니다.",
      formula: "M c i j는 k에 대한 w c k 곱하기 f k i j의 합",
    },
    neighbours: {
      title: "같은 백본: 검색",
      body: "이번에는 분류기를 떼어 냅니다. 사진마다 특징 벡터 하나가 되고, 비슷한 사진은 서로 가까이 놓입니다. 사진을 {{groups|그룹}}으로 나누고 {{query|새 사진}}을 더해 보세요. [[nearest-neighbours|최근접 이웃(nearest neighbours)]]이 어느 그룹인지 알려 줍니다. 신경망이 한 번도 배우지 않은 분류입니다.",
    },
  },
  lenet: {
    title: "LeNet-5 (1998)",
    idea: "지역 수용 영역, 가중치 공유, 서브샘플링을 처음부터 끝까지 학습한다.",
    draw: {
      title: "숫자를 그려 보세요",
      body: "LeNet-5는 손글씨 숫자를 읽으려고 만들었습니다. 논문은 이를 이용해 은행 수표를 읽는 시스템도 설명합니다. 여기 있는 것은 오늘날의 형태로, MNIST로 학습했습니다. 점수 열 개는 [[softmax|소프트맥스(softmax)]]를 거쳐 확률이 됩니다.",
      ask: "{{pad|그리기 판}}에 숫자를 그린 다음, 조금씩 망가뜨려 보세요. 획을 얼마나 바꾸면 {{answers|답}}이 바뀌나요?",
      answer:
        "획 하나로 답이 뒤집히기도 하고, 그때도 확신이 높을 때가 많습니다. 소프트맥스는 숫자가 아닌 것을 그려도 100 %를 열 개의 숫자에 나누어 줍니다.",
    },
    whole: {
      title: "신경망 전체",
      body: "합성곱 – 풀링 – 합성곱 – 풀링 – 완전 연결 – 완전 연결, 그리고 출력 열 개입니다. 두 [[convolution|합성곱(convolution)]]({{stage:conv1|첫째}}, {{stage:conv2|둘째}})이 각각 풀링과 함께 픽셀을 특징으로 바꾸고, [[fully-connected-layer|완전 연결층(fully connected layer)]]({{stage:fc1|120}}, {{stage:fc2|84}}, {{stage:fc3|10}}개)이 특징을 답으로 바꿉니다. {{shapes|크기}}를 읽어 보면 맵은 작아지고 그 수는 늘어납니다.",
    },
    convolve: {
      title: "합성곱: 5 × 5, 스트라이드 1",
      body: "5 × 5 [[kernel|커널(kernel)]]이 {{window|윈도우}} 하나를 덮습니다. 곱해서 더하고 편향을 더합니다. 그다음 ReLU가 음수를 0으로 만듭니다. [[stride|스트라이드(stride)]]가 1이므로 옆 {{cell|칸}}은 한 픽셀 옆을 봅니다. 맵 위를 옮겨 다니며 {{formula|수식}}의 숫자를 확인해 보세요.",
      formula: "y i j는 b 더하기, u와 v가 0부터 4까지일 때 w u v 곱하기 x i 더하기 u, j 더하기 v의 합",
    },
    size: {
      title: "출력은 얼마나 클까요?",
      body: "크기가 k인 커널은 n픽셀 안에 n − k + 1번 들어갑니다. 그래서 32는 {{output|28}}이 됩니다. [[padding|패딩(padding)]] p는 양쪽에 테두리를 더하고, [[stride|스트라이드(stride)]] s는 s번째 위치만 남깁니다.",
      formula: "m은 s분의 n 더하기 2p 빼기 k의 내림, 더하기 1",
      ask: "커널은 5로 두고, 출력이 다시 32가 되도록 {{padding|패딩}}을 골라 보세요.",
      answer:
        "패딩 2입니다. 홀수 크기 커널과 스트라이드 1에서는 p = (k − 1) / 2가 크기를 지켜 줍니다. VGG와 ResNet은 늘 k = 3, p = 1로 그렇게 합니다.",
    },
    pool: {
      title: "풀링: 2 × 2, 스트라이드 2",
      body: "[[subsampling|서브샘플링(subsampling)]]은 {{window|2 × 2 윈도우}}마다 숫자 하나만 남깁니다. 그래서 28 × 28이 14 × 14가 됩니다. 여기서는 [[max-pooling|최대 풀링(max pooling)]]이라, 가장 강한 답은 남고 정확한 위치는 사라집니다. 작은 이동을 견디는 첫걸음입니다.",
    },
    maps: {
      title: "조합을 담은 맵 열여섯 장",
      body: "둘째 합성곱은 풀링된 맵 여섯 장을 한꺼번에 읽어 10 × 10 [[feature-map|특성 맵(feature map)]] 열여섯 장을 씁니다. 획이 모여 모서리, 끝점, 곡선이 됩니다. {{channel|채널}} 몇 개를 비교해 보세요. ReLU를 지나면 값의 절반 이상이 0입니다.",
    },
    dense: {
      title: "맵에서 답으로",
      body: "마지막 풀링 뒤에는 5 × 5 맵 열여섯 장을 숫자 400개로 펼쳐 [[fully-connected-layer|완전 연결층(fully connected layer)]]에 넣습니다. 매개변수가 어디에 있는지 보세요. 전체 61,706개 가운데 {{stage:fc1|첫 층}}에만 48,120개가 있고, 두 합성곱을 합쳐도 2,572개입니다.",
    },
    learned: {
      title: "여섯 필터가 배운 것",
      body: "이 [[kernel|커널(kernel)]]을 그린 사람은 없습니다. 무작위 숫자에서 시작해, [[backpropagation|역전파(backpropagation)]]가 배치마다 오차가 줄어드는 쪽으로 가중치를 조금씩 옮겼습니다. 한쪽이 밝고 한쪽이 어두우면 경계를 찾는 필터입니다. {{grid|다른 필터}}와 비교해 보세요.",
    },
    "then-and-now": {
      title: "1998년과 오늘",
      body: "원래의 신경망은 달랐습니다. {{stage:conv2|C3}}은 대칭을 깨려고 고른 맵만 보았고, 풀링에는 학습되는 계수와 편향이 있었으며, 활성화는 크기를 조정한 tanh였습니다. {{stage:fc3|출력}}은 [[radial-basis-function|방사 기저 함수(radial basis function)]] 열 개로, 가장 작은 값이 답이었습니다. 오늘날에는 ReLU, 최대 풀링, [[softmax|소프트맥스(softmax)]]를 써서 매개변수가 60,000개 대신 61,706개입니다. 논문의 MNIST 테스트 오류율은 0.95 %입니다.",
    },
  },
  alexnet: {
    title: "AlexNet (2012)",
    idea: "GPU로 학습한 큰 ReLU 신경망, 드롭아웃과 데이터 증강을 더해.",
    imagenet: {
      title: "ImageNet, 천 가지 클래스",
      body: "2012년, 천 가지 클래스의 레이블이 붙은 사진 120만 장이 그래픽 카드 두 장을 만났습니다. 이런 신경망 일곱 개가 함께 낸 [[top-5|톱-5(top-5)]] 오류율은 15.3 %, 2위는 26.2 %였습니다. 여기 있는 작은 신경망은 설계는 그대로지만 {{top|열 가지 클래스}}만 알고 32 × 32픽셀을 봅니다.",
    },
    layers: {
      title: "은닉층 일곱 개",
      body: "[[convolution|합성곱(convolution)]] 다섯 층과 은닉 [[fully-connected-layer|완전 연결층(fully connected layer)]] 두 층, 그리고 출력입니다. 논문은 뉴런 65만 개, 매개변수 6천만 개라고 적었고, 첫 필터는 11 × 11, 스트라이드 4입니다. 32픽셀에 맞춘 여기서는 {{stage:features.0|첫 필터}}가 5 × 5이고 {{parameters|매개변수}}는 84만 개입니다. 논문에서 6천만 개 가운데 3,800만 개로 가장 컸던 {{stage:classifier.1|첫 완전 연결층}}은 3 × 3 맵을 읽으므로 4분의 1로 줄었습니다.",
    },
    relu: {
      title: "ReLU: 남기거나 버리거나",
      body: "[[relu|ReLU(rectified linear unit)]]는 양수를 그대로 보내고 나머지는 0으로 만듭니다. {{cell|칸}}을 골라 확인해 보세요. 계산이 거의 들지 않고 포화되지도 않습니다. 논문에서는 CIFAR-10의 4층 신경망이 tanh를 쓸 때보다 여섯 배 빨리 학습 오류율 25 %에 이르렀습니다.",
      formula: "f x는 0과 x 중 큰 값",
    },
    vanishing: {
      title: "되돌아가는 기울기",
      body: "[[backpropagation|역전파(backpropagation)]]는 층마다 기울기를 곱합니다. {{sigmoid|시그모이드}}의 기울기는 커야 ¼이라 20층을 지나면 신호가 거의 사라집니다. 이것이 [[vanishing-gradient|기울기 소실(vanishing gradient)]]입니다. {{tanh|tanh}}는 조금 잃고 유닛이 포화되면 더 잃으며, {{relu|ReLU}}의 기울기는 켜져 있는 곳에서 정확히 1입니다. 갓 만든 무작위 가중치에서 측정했습니다. 가중치의 {{gain|크기}}도 그만큼 중요하니 직접 바꿔 보세요.",
    },
    dropout: {
      title: "드롭아웃: 매번 다른 신경망",
      body: "학습할 때 [[dropout|드롭아웃(dropout)]]은 앞의 두 완전 연결층의 유닛을 확률 ½로 끕니다. 어떤 유닛도 다른 유닛에만 기댈 수 없게 되어 [[overfitting|과적합(overfitting)]]을 줄입니다. 여기서는 드롭아웃을 켠 채 같은 사진을 {{passes|여러 번}} 통과시킵니다. 답이 {{spread|흩어집니다}}. 그 {{average|평균}}은 [[ensemble|앙상블(ensemble)]]처럼 작동하며, 논문은 모든 유닛을 쓰되 절반으로 줄여 이를 근사합니다.",
    },
    lrn: {
      title: "국소 응답 정규화",
      body: "[[local-response-normalization|국소 응답 정규화(local response normalization, LRN)]]는 각 값을, 가까운 {{channels|채널}}의 값이 클수록 커지는 항으로 나눕니다. 큰 값들이 서로를 억제하는 셈입니다. 맵의 {{before|이전}}과 {{after|이후}}를 비교해 보세요. α가 매우 작아서, 이 작은 신경망의 값은 거의 모두 같은 2^0.75 = 1.68로 나뉩니다. 논문에 따르면 톱-1 오류율이 1.4포인트 줄었습니다(k = 2, n = 5, α = 10⁻⁴, β = 0.75). PyTorch는, 따라서 여기의 신경망도, α를 n으로 한 번 더 나눕니다.",
      formula: "b i는 a i를, k 더하기 알파 곱하기 j에 대한 a j 제곱의 합의 베타 제곱으로 나눈 값",
    },
    order: {
      title: "LRN이 먼저일까, 풀링이 먼저일까?",
      body: "논문(3.5절)의 순서는 합성곱 → ReLU → [[local-response-normalization|LRN]] → [[max-pooling|최대 풀링(max pooling)]]입니다. CaffeNet을 따른 많은 강의는 합성곱 → 풀링 → LRN으로 가르치고, 여기의 신경망도 그렇게 학습했습니다. 그림은 같은 가중치에 두 순서를 모두 적용합니다. {{after|결과}}의 차이는 천분의 일도 되지 않습니다. 이후의 신경망은 LRN을 아예 쓰지 않게 되었습니다.",
    },
    "two-gpus": {
      title: "GPU 두 장, 그룹 두 개",
      body: "AlexNet은 3 GB 카드 한 장에 들어가지 않아 두 장이 채널을 반씩 맡았습니다. 논문에 따르면 두 절반은 역할이 갈려, {{group:0|한쪽}}은 대체로 색에 무관하고 {{group:1|다른 쪽}}은 대체로 색을 보았습니다. 여기의 작은 신경망도 [[grouped-convolution|그룹 합성곱(grouped convolution)]]으로 두 그룹을 유지합니다. 여기서도 역할이 나뉘었는지는 직접 판단해 보세요.",
    },
    groups: {
      title: "그룹이 보지 못하는 것",
      body: "[[grouped-convolution|그룹 합성곱(grouped convolution)]]은 출력을 {{window|자기 쪽 절반의 채널}}에만 연결하므로 가중치가 절반입니다. 논문에서는 2, 4, 5층이 이렇게 나뉘었고 3층은 전체를 보았습니다. 작은 카드의 시대는 갔지만 이 아이디어는 남아, 이후의 신경망은 계산을 줄이려고 채널을 그룹으로 묶습니다.",
    },
  },
  vgg: {
    title: "VGGNet (2014)",
    idea: "오직 3 × 3 필터로 쌓은 깊이.",
    uniform: {
      title: "하나의 요리법을 되풀이",
      body: "작은 [[kernel|커널(kernel)]]의 {{stage:features.0|3 × 3 합성곱}}을 거듭하고, 이따금 2 × 2 [[max-pooling|최대 풀링(max pooling)]]을 한 뒤 채널을 늘립니다. LRN은 없습니다. VGG-16에는 이런 합성곱이 열세 층 있습니다. 여기의 신경망은 여섯 층이고, 한 해 뒤에 나와 처음부터 학습하기 쉽게 해 준 [[batch-normalization|배치 정규화(batch normalization)]]를 더했습니다.",
    },
    small: {
      title: "주변을 아는 가장 작은 커널",
      body: "3 × 3은 왼쪽과 오른쪽, 위와 아래, 가운데를 모두 갖춘 가장 작은 [[kernel|커널(kernel)]]입니다. [[padding|패딩(padding)]] 1이 크기를 지켜 주므로 층을 마음껏 쌓을 수 있습니다. {{cell|칸}}을 골라 보세요. {{window|윈도우}}는 작지만 모든 채널에 걸쳐 있습니다.",
    },
    stack: {
      title: "작은 것 셋과 큰 것 하나",
      body: "3 × 3 층 셋을 쌓으면 7 × 7 하나와 같은 넓이, 같은 [[receptive-field|수용 영역(receptive field)]]을 봅니다. {{weights|가중치}}는 27C²개 대 49C²개로 큰 쪽이 81 % 더 많고, [[relu|ReLU]]는 하나가 아니라 {{nonlinearities|셋}}입니다.",
      formula: "3 곱하기 3의 제곱 곱하기 C 제곱은 27 C 제곱, 이는 7의 제곱 곱하기 C 제곱인 49 C 제곱보다 작다",
      ask: "AlexNet의 11 × 11 필터를 대신하려면 3 × 3 층이 몇 개 필요할까요? 수용 영역이 같아질 때까지 {{stack|층}}을 더해 보세요.",
      answer: "다섯 개입니다. 층마다 수용 영역이 2씩 늘어납니다. 가중치는 45C²개 대 121C²개입니다.",
    },
    field: {
      title: "측정한 수용 영역",
      body: "{{theory|상자}}는 칸 하나의 이론적인 [[receptive-field|수용 영역(receptive field)]]입니다. {{measured|색}}은 지금 측정한 것으로, 사진의 픽셀 하나하나가 그 칸을 얼마나 움직이는지를 기울기로 나타냅니다. 가운데로 지나는 길이 더 많으므로 보통 가운데가 가장자리보다 훨씬 중요합니다.",
    },
    growth: {
      title: "수용 영역이 자라는 모습",
      body: "층마다 살펴봅니다. 3 × 3 합성곱은 조금씩 넓히고, 풀링은 뒤따르는 모든 층의 보폭을 두 배로 만듭니다. {{theory|이론적인}} [[receptive-field|수용 영역(receptive field)]]은 곧 사진을 덮지만 {{measured|측정한}} 영역은 뒤처집니다.",
    },
    nonlinear: {
      title: "더 많은 꺾임",
      body: "합성곱마다 뒤에 [[relu|ReLU]]가 있어, 곧은 변환을 한 번 꺾습니다. 이것이 없으면 합성곱 셋은 하나로 합쳐지고 맙니다. 깊은 곳의 [[feature-map|특성 맵(feature map)]]에서는 {{channel|채널}}이 까다로워집니다. 대부분은 0이고, 남은 것은 특정한 것만 가리킵니다.",
    },
    weights: {
      title: "가중치는 어디에 있나",
      body: "VGG-16의 매개변수 1억 3,800만 개 가운데 89 %가 [[fully-connected-layer|완전 연결층(fully connected layer)]]에 있습니다. 여기의 작은 신경망은 2 × 2 맵으로 끝나므로 {{stage:classifier.0|완전 연결층}}이 8분의 1에 그칩니다. ResNet은 이를 평균 한 번으로 바꿉니다.",
    },
    results: {
      title: "깊이가 가져온 것",
      body: "신경망 하나의 [[top-5|톱-5(top-5)]] 테스트 오류율은 7.0 %였고, 신경망 일곱 개로 참가한 팀은 7.3 %로 ILSVRC-2014에서 2위를 했습니다. 저자들은 [[local-response-normalization|국소 응답 정규화(LRN)]]가 도움이 되지 않았고, 19층에서 오류율이 더 줄지 않았다고 보고했습니다. 더 깊어지려면 다른 아이디어, 곧 ResNet이 필요합니다.",
    },
    transfer: {
      title: "다른 일에도 쓰는 특징",
      body: "신경망을 고정하고 마지막 특징을 [[fine-tuning|미세 조정(fine-tuning)]] 없이 그대로 씁니다. 논문은 이 특징이 다른 데이터에서도 잘 작동함을 보였습니다. 사진은 [[nearest-neighbours|최근접 이웃(nearest neighbours)]]의 그룹을 따릅니다.",
      ask: "사진을 끌어다 원하는 대로 {{groups|그룹}}을 둘 이상 만들고, 새 사진을 넣어 보세요.",
      answer:
        "생김새가 비슷한 그룹은 잘 나뉘지만 뜻으로만 묶은 그룹은 그렇지 않습니다. 열 가지 클래스에서 배운 특징은 그와 닮은 것에 잘 옮겨 갑니다.",
    },
  },
  resnet: {
    title: "ResNet (2015)",
    idea: "바뀐 만큼만 배운다: 출력 = F(x) + x.",
    deeper: {
      title: "깊으면 좋아야 합니다",
      body: "층이 늘 때마다 {{theory|보는 영역}}이 넓어지고 용량, 곧 꺾임과 조합이 늘어납니다. 여기 있는 20층 신경망의 마지막 [[receptive-field|수용 영역(receptive field)]]은 81픽셀로 사진 너비의 두 배가 넘습니다. 그렇다면 백 층을 쌓으면 되지 않을까요?",
    },
    signal: {
      title: "소실과 폭주",
      body: "기울기는 모든 층을 거쳐 되돌아갑니다. 정규화가 없는 일반(plain) 신경망에서 무작위 가중치가 너무 작으면 줄어드는 [[vanishing-gradient|기울기 소실(vanishing gradient)]]이, 너무 크면 끝없이 커지는 [[exploding-gradient|기울기 폭주(exploding gradient)]]가 일어납니다. {{curves|곡선}}은 갓 만든 8층에서 56층까지의 신경망에서 측정했습니다.",
      ask: "{{gain|가중치 크기}}를 3까지 올려 보세요. 깊은 신경망은 어떻게 되나요? 어떤 값에서 모두 고르게 유지되나요?",
      answer:
        "너무 크면 폭주하고 너무 작으면 사라집니다. 2 근처에서 고르게 유지되는데, 이것이 ReLU에 맞춘 He 초기화, 곧 분산 2/n입니다.",
    },
    degradation: {
      title: "성능 저하: 진짜 놀라운 일",
      body: "좋은 초기화와 [[batch-normalization|배치 정규화(batch normalization)]]가 출발의 문제는 풀었습니다. 그런데도 논문의 56층 일반(plain) 신경망은 학습 데이터에서조차 20층보다 나빴습니다. [[overfitting|과적합(overfitting)]]이 아니라 [[degradation-problem|성능 저하 문제(degradation problem)]]입니다. 저자들은 정규화가 신호를 살려 두므로 기울기 소실이 원인일 가능성은 낮다고 봅니다. {{curves|그림}}에서도 기울기는 사라지지 않습니다.",
    },
    identity: {
      title: "들어온 것을 더하기",
      body: "더 깊은 신경망은 더해진 층이 아무 일도 하지 않기만 하면 얕은 신경망과 같아질 수 있습니다. 잔차 블록에서는 ‘아무것도 바꾸지 않기’가 쉬운 일이 됩니다. 층은 변화 F(x)만 배우고, x는 [[residual-connection|잔차 연결(residual connection)]]로 더해집니다. {{cell|칸}}을 골라 보세요. {{formula|수식}}이 마지막 ReLU 앞에서 더해지는 두 숫자를 보여 줍니다.",
      formula: "y는 F x 더하기 x",
    },
    block: {
      title: "잔차 블록",
      body: "배치 정규화를 곁들인 3 × 3 합성곱 둘, 그리고 {{stage:layer1.0|돌아가는 길}}인 [[residual-connection|잔차 연결(residual connection)]]입니다. {{stage:layer2.0|스테이지가 시작되어}} 크기가 바뀌는 곳에서는 1 × 1 [[projection-shortcut|투영 지름길(projection shortcut)]]이 x를 맞춰 줍니다(논문의 CIFAR 신경망은 0으로 채우며, 투영이 꼭 필요하지는 않다고 합니다). 50층부터는 [[bottleneck-block|병목 블록(bottleneck block)]] 1 × 1 – 3 × 3 – 1 × 1로 계산을 아낍니다.",
    },
    "skip-off": {
      title: "연결을 끊어 보기",
      body: "실제로 학습한 신경망이 여러분의 사진을 봅니다. {{switches|스위치}}마다 [[residual-connection|잔차 연결]]을 하나씩 끊습니다. F(x)는 남고 x는 사라집니다.",
      ask: "첫 스테이지에서 하나를 끊고 {{top|답}}을 살펴보세요. 다시 잇고 맨 마지막 것을 끊어 보세요. 어느 쪽의 영향이 더 큰가요?",
      answer:
        "앞쪽입니다. 테스트 이미지 전체로 재면 layer1.1의 연결을 끊었을 때 정답률은 찍는 수준인 10 % 정도로 떨어지지만, 마지막 연결은 끊어도 거의 차이가 없습니다. 앞쪽 연결은 사진 자체를 뒤의 모든 층에 전달하고, F(x)는 변화만 배웠으므로 혼자서는 입력을 거의 보존하지 못합니다.",
    },
    "block-off": {
      title: "블록을 꺼 보기",
      body: "이번에는 반대로 x를 남기고 F(x)를 버립니다. layer2.1이 없어도 테스트 이미지 다섯 장 가운데 네 장은 여전히 맞힙니다. 잔차 연결이 없는 일반(plain) 신경망이었다면 하나뿐인 경로가 끊겼을 것입니다. 잔차 신경망을 길이가 다른 여러 길의 [[ensemble|앙상블(ensemble)]]처럼 보는 해석도 있습니다. 크기를 바꾸는 블록은 민감해서, layer2.0을 빼면 대부분 틀립니다.",
    },
    gradients: {
      title: "연결이 있을 때와 없을 때의 기울기",
      body: "둘 다 배치 정규화를 썼고, 깊이는 8층에서 56층, 가중치는 갓 만든 것입니다. {{plain|일반}} 신경망은 깊을수록 첫 층의 기울기가 커져 56층에서는 수천 배에 이르는 [[exploding-gradient|기울기 폭주(exploding gradient)]]가 일어납니다. [[residual-connection|잔차 연결(residual connection)]]이 있으면 {{residual|수식의 1}}이 곧바로 되돌아갈 길을 내어 곡선이 훨씬 평평합니다. 이것은 학습을 시작할 때의 모습이며, 논문이 성능 저하를 설명하는 방식은 아닙니다.",
      formula: "L의 x에 대한 미분은, L의 y에 대한 미분 곱하기, 1 더하기 F의 x에 대한 미분",
    },
    results: {
      title: "열린 길",
      body: "ImageNet에서 일반 신경망은 18층에서 34층이 되자 나빠졌고(오류율 27.94 → 28.54 %), 잔차 신경망은 좋아졌습니다(27.88 → 25.03 %). 여섯 개의 [[ensemble|앙상블(ensemble)]]은 [[top-5|톱-5(top-5)]] 오류율 3.57 %를 냈습니다. 1,202층도 학습되었지만 CIFAR-10에서 [[overfitting|과적합(overfitting)]]되었습니다. 막대를 비교해 보세요. 큰 완전 연결층이 없는 {{model:resnet20_cifar10|ResNet-20}}이 여기서 가장 작습니다.",
    },
  },
  vit: {
    title: "비전 트랜스포머 ViT (2020)",
    idea: "이미지는 패치로 된 문장이다.",
    look: {
      title: "단어에서 패치로",
      body: "트랜스포머는 문장을 위해 만들었습니다. [[token|토큰(token)]]마다 [[self-attention|셀프 어텐션(self-attention)]]으로 어느 토큰을 읽을지 정합니다. 여기서는 사진의 패치가 토큰입니다. 그림은 맨 첫 블록인데, {{query|고른 패치}}가 벌써 {{map|어느 곳이든}} 읽을 수 있습니다.",
      formula: "어텐션은, 루트 d 분의 Q 곱하기 K 전치의 소프트맥스, 곱하기 V",
      ask: "다른 {{query|패치}}를 눌러 보세요. 가까운 곳을 보나요, 먼 곳을 보나요?",
      answer:
        "무엇을 보았든 구조가 강제한 것은 아닙니다. 어텐션의 가중치는 내용에서 나오고, 먼 패치도 이웃만큼 가깝습니다.",
    },
    distance: {
      title: "첫 층부터 멀리",
      body: "{{heads|헤드}}마다 평균적으로 얼마나 멀리 볼까요? 논문에 따르면 [[multi-head-attention|멀티 헤드 어텐션(multi-head attention)]]의 일부 헤드는 가장 낮은 층에서 이미 전체를 보고, 다른 헤드는 가까운 곳에 머물며, 거리는 깊이와 함께 늘어납니다. CNN의 [[receptive-field|수용 영역(receptive field)]]({{against|선}})은 한 걸음씩 넓어져야 합니다. 작은 사진으로 짧게 학습한 여기의 신경망은 대부분의 헤드가 멀리 봅니다.",
    },
    patches: {
      title: "사진 자르기",
      body: "H × W픽셀, C채널의 사진이 N개의 [[patch|패치(patch)]]가 되고, 패치마다 P²·C개의 숫자로 펼쳐집니다. ViT-B/16은 224픽셀 사진을 {{count|196개}}로 자르고, 여기의 작은 신경망은 32픽셀을 4 × 4 패치 64개로 자릅니다.",
      formula:
        "H 곱하기 W 곱하기 C 차원의 실수 공간에 있는 x가 N 곱하기 P 제곱 C 차원의 x p가 된다. N은 P 제곱 분의 H W",
      ask: "{{slider|패치 크기}}를 8로 골라 보세요. N은, 그리고 어텐션이 비교하는 쌍의 수는 어떻게 되나요?",
      answer: "패치 크기가 절반이 되면 패치는 네 배, 쌍은 열여섯 배가 됩니다. 세밀함의 대가입니다.",
    },
    projection: {
      title: "패치가 토큰이 되다",
      body: "모든 패치가 같은 선형 변환 하나, 곧 [[patch-embedding|패치 임베딩(patch embedding)]]을 거칩니다. 4 × 4 × 3 = 48개의 숫자가 128개짜리 [[token|토큰(token)]]이 됩니다. {{formula|수식}}은 그 가운데 {{cell|값 하나}}를 보여 줍니다. 코드에서는 스트라이드가 커널 크기와 같은 합성곱입니다.",
    },
    position: {
      title: "나는 어디에 있었을까?",
      body: "어텐션은 순서를 모르므로, 학습한 [[position-embedding|위치 임베딩(position embedding)]]을 토큰마다 더합니다. 1부터 64까지 번호만 있는 목록이고, 행과 열은 아무도 알려 주지 않았습니다. ViT에는 [[inductive-bias|귀납적 편향(inductive bias)]]이 적기 때문입니다. {{maps|작은 맵}}마다 한 위치의 벡터가 다른 위치와 얼마나 비슷한지 나타납니다. 이웃과 행과 열을 찾아보세요.",
    },
    shuffle: {
      title: "위치 섞기",
      body: "사진은 그대로 두고, 토큰에 틀린 [[position-embedding|위치 임베딩(position embedding)]]을 주거나 아예 주지 않습니다.",
      ask: "{{switches|스위치}}를 써 보세요. {{top|답}}이 얼마나 나빠지나요?",
      answer:
        "사진 한 장으로는 알 수 없으니 테스트 이미지 500장으로 재 봅니다. 모두 그대로면 약 68 %, 위치를 빼면 53 %, 섞으면 50 % 정도를 맞힙니다. 배치는 분명히 중요하지만, 찍어서 맞힐 확률이 10 %임을 생각하면 클래스의 단서는 대부분 패치의 내용에 있습니다. 입구에서 클래스 토큰의 학습된 값을 지워도 손해가 적은 것은, 그 자리가 여전히 패치에서 정보를 모으기 때문입니다.",
    },
    blocks: {
      title: "인코더, 블록마다",
      body: "[[encoder-block|인코더 블록(encoder block)]]에서 토큰은 어텐션으로 서로 주고받은 뒤, MLP로 각자 생각합니다. 둘 다 앞에는 [[layer-normalization|층 정규화(layer normalization)]]가, 둘레에는 [[residual-connection|잔차 연결(residual connection)]]이 있습니다. 모든 블록이 같은 흐름에 더해 쓰므로 {{stages|블록마다}} 마지막 분류기에 물어볼 수 있습니다. {{top|답}}이 만들어지는 과정을 보세요.",
      formula:
        "z 프라임은 z의 층 정규화의 멀티 헤드 셀프 어텐션 더하기 z, z 더블 프라임은 z 프라임의 층 정규화의 MLP 더하기 z 프라임",
    },
    "class-token": {
      title: "답하는 토큰",
      body: "어느 패치에도 속하지 않는 토큰이 하나 더 있습니다. 학습한 [[class-token|클래스 토큰(class token)]]입니다. 필요한 것을 어텐션으로 모으고, 분류 헤드는 {{query|이 토큰}}만 읽습니다. 마지막 블록 뒤에서 이 토큰을 비우면 찍는 수준만 남습니다. {{map|맵}}은 마지막 블록에서 무엇을 읽는지 보여 줍니다. [[multi-head-attention|멀티 헤드 어텐션(multi-head attention)]]의 {{heads|헤드}}들을 비교해 보세요.",
    },
    data: {
      title: "데이터에 목마른 신경망",
      body: "합성곱은 이웃이 중요하고 위치는 중요하지 않다는 것을 미리 압니다. 이런 [[inductive-bias|귀납적 편향(inductive bias)]]은 필요한 예를 줄여 줍니다. 논문에서 ImageNet만으로 [[pre-training|사전 학습(pre-training)]]하면 ResNet이 이기고, 데이터가 많아지면 ViT가 앞섭니다. ViT-H/14는 이미지 3억 장 뒤에 88.55 %에 이르렀습니다. CIFAR-10의 작은 사진 5만 장으로는 ResNet을 교사로 삼아 [[knowledge-distillation|지식 증류(knowledge distillation)]]를 해도 {{model:vit_cifar10|여기의 ViT}}가 {{model:resnet20_cifar10|ResNet}}에 뒤집니다.",
    },
  },
  swin: {
    title: "Swin 트랜스포머 (2021)",
    idea: "이동하는 지역 윈도우의 어텐션을, 여러 해상도의 계층으로.",
    hierarchy: {
      title: "다시 피라미드로",
      body: "Swin은 작은 [[patch|패치(patch)]](논문은 4 × 4, 여기는 2 × 2)로 시작해 가면서 합칩니다. {{shapes|크기}}를 따라가 보세요. [[token|토큰(token)]]이 {{stage:layers.0|16 × 16}}, {{stage:layers.1|8 × 8}}, {{stage:layers.2|4 × 4}}로 줄고 채널은 48, 96, 192로 늘어납니다. CNN의 피라미드 안에 어텐션을 넣은 셈입니다.",
    },
    merge: {
      title: "패치 병합",
      body: "[[patch-merging|패치 병합(patch merging)]]은 {{window|이웃한 2 × 2 토큰}}의 숫자 4C개를 이어 붙이고, 정규화한 뒤, 선형 변환으로 2C개로 만듭니다. 토큰은 4분의 1이 되고 너비는 두 배가 됩니다. {{cell|칸}} 하나의 {{formula|수식}}을 확인해 보세요.",
    },
    windows: {
      title: "윈도우 안의 어텐션",
      body: "토큰을 {{windows|윈도우}}로 나누고, [[self-attention|셀프 어텐션(self-attention)]]은 그 안에서만 합니다. 이것이 [[window-attention|윈도우 어텐션(window attention)]]입니다. 논문의 윈도우는 7 × 7 토큰, 여기는 4 × 4 토큰입니다. 패치를 눌러 보세요. {{attention|어텐션}}이 윈도우의 경계에서 끝납니다.",
    },
    shift: {
      title: "윈도우 옮기기",
      body: "윈도우가 늘 제자리라면 어떤 정보도 경계를 넘지 못합니다. 그래서 두 블록마다 한 번씩 반 칸 {{shift|옮긴}} [[shifted-window|이동 윈도우(shifted window)]]를 씁니다. 논문에서는 이것으로 정확도가 80.2 %에서 81.3 %로 올랐습니다(Swin-T).",
      ask: "같은 스테이지의 블록 1로 돌아가 비교해 보세요. 만나지 못하던 어떤 패치들이 이제 만날 수 있나요?",
      answer:
        "경계의 양쪽에 있던 패치들입니다. 두 블록을 거치면 정보가 옆 윈도우로 건너가고, 몇 스테이지 뒤에는 사진을 가로지릅니다.",
    },
    mask: {
      title: "순환 이동과 마스크",
      body: "윈도우를 옮기면 가장자리의 윈도우는 작아지고 수가 늘어납니다. Swin은 대신 맵을 빙 돌려 윈도우의 수를 지킵니다. 이것이 [[cyclic-shift|순환 이동(cyclic shift)]]입니다. 그러면 반대쪽 가장자리의 낯선 토큰끼리 한 윈도우에 들어오므로, {{mask|마스크}}가 그 점수에 큰 음수를 더해 [[softmax|소프트맥스(softmax)]] 뒤에는 서로 보이지 않게 합니다. 마지막 스테이지에서는 윈도우 하나가 전체를 덮으므로 옮기지 않습니다.",
    },
    bias: {
      title: "상대 위치마다 편향 하나",
      body: "Swin은 점수마다 학습한 [[relative-position-bias|상대 위치 편향(relative position bias)]]을 더합니다. 두 토큰의 상대 위치에만 따르는 값입니다. M × M 윈도우에는 상대 위치가 (2M − 1)²가지이고, 여기서는 헤드마다 7 × 7 = 49개입니다. {{bias|맵}}은 헤드가 무엇을 좋아하게 되었는지, 자기 자신인지, 한 줄인지, 한쪽인지 보여 줍니다.",
      formula: "어텐션은, 루트 d 분의 Q 곱하기 K 전치, 더하기 B의 소프트맥스, 곱하기 V",
    },
    cost: {
      title: "제곱이 아니라 비례",
      body: "전역 어텐션은 모든 쌍을 비교하므로 [[multiply-add|곱셈-덧셈(multiply-add)]] 횟수가 토큰 수의 제곱으로 늘고, [[window-attention|윈도우 어텐션(window attention)]]은 토큰 수에 비례합니다. 논문의 식에 56 × 56 토큰(C = 96, M = 7)을 넣으면 20억 대 1억 4,500만 번입니다. {{macs|선}}은 식으로 구한 값이고, {{measured|점}}은 예열 뒤 이 기기에서 잰 시간입니다.",
      formula:
        "오메가 MSA는 4 h w C 제곱 더하기 2 곱하기 h w의 제곱 곱하기 C, 오메가 윈도우 MSA는 4 h w C 제곱 더하기 2 M 제곱 h w C",
    },
    scales: {
      title: "여러 해상도의 특징",
      body: "세 스테이지, 세 가지 크기의 [[feature-map|특성 맵(feature map)]]입니다. 고운 맵은 어디인지를 알고 거친 맵은 무엇인지를 압니다. ViT는 처음부터 끝까지 한 크기입니다. 둘 다 필요한 시스템은 이런 [[backbone|백본(backbone)]]의 모든 스테이지에 연결합니다.",
    },
    "dense-tasks": {
      title: "검출과 분할이 이것을 원하는 까닭",
      body: "작은 새를 찾으려면 고운 맵이 필요하고, 큰 사진을 다루려면 비용이 급히 늘지 않아야 합니다. 논문은 Swin을 [[backbone|백본(backbone)]]으로 써서 COCO에서 58.7 박스 AP, ADE20K에서 53.5 mIoU를 보고했고, ImageNet에서 Swin-L은 87.3 %입니다. 여기의 [[class-activation-map|클래스 활성화 맵(class activation map)]]은 작은 신경망이 {{map|어디서}} 근거를 찾았는지 대략 보여 줍니다. 분할 신경망이라면 더 고운 스테이지로 다듬을 것입니다.",
    },
  },
  mae: {
    title: "마스크드 오토인코더 MAE (2021)",
    idea: "4분의 3을 가리고 픽셀을 되살리며 보는 법을 배운다.",
    hide: {
      title: "빈 곳 채우기",
      body: "신경망은 사진에서 무작위로 고른 {{visible|4분의 1의 패치}}만 받습니다. [[masked-autoencoder|마스크드 오토인코더(masked autoencoder)]]는 나머지를 {{reconstruction|픽셀}}로 알아맞혀야 합니다. 가린 [[patch|패치(patch)]]가 곧 정답이므로 레이블이 필요 없습니다. 여기의 작은 신경망은 32 × 32픽셀을 다루므로 대강의 모양과 색만 기대해 주세요.",
    },
    encoder: {
      title: "보이는 것만 계산하기",
      body: "{{stage:vit|인코더}}는 [[encoder-block|인코더 블록(encoder block)]]으로 된 ViT지만 보이는 패치만 받습니다. 논문은 196개 중 49개, 여기는 64개 중 16개입니다. [[mask-token|마스크 토큰(mask token)]]은 넣지 않습니다. 논문에서 넣어 보니 계산이 3.3배가 되고 특징은 나빠졌습니다(선형 프로빙 73.5 → 59.6 %).",
    },
    decoder: {
      title: "마스크 토큰은 그다음에",
      body: "이제 빈자리를 학습한 [[mask-token|마스크 토큰(mask token)]] 하나로 똑같이 채웁니다. 어느 자리인지는 [[position-embedding|위치 임베딩(position embedding)]]만이 알려 줍니다. {{stage:decoder|가벼운 디코더}}(논문은 너비 512의 8블록, 여기는 너비 96의 3블록)가 패치마다 픽셀을 예측합니다. 학습이 끝나면 디코더는 버립니다. 원한 것은 인코더였습니다.",
    },
    loss: {
      title: "어디가 틀렸나",
      body: "[[reconstruction-loss|재구성 손실(reconstruction loss)]]은 가린 패치 M에서만 잰 제곱 {{error|오차}}의 평균입니다. 보이는 것을 베껴도 얻는 것이 없습니다. 논문에서는 픽셀을 패치마다 정규화하면 더 좋았습니다(84.9 → 85.4 %). 여기서는 보기 쉽도록 픽셀 그대로를 예측합니다.",
      formula: "L은 M의 크기 분의 1 곱하기, M에 속한 i에 대한 예측한 x i와 x i의 차의 제곱의 합",
    },
    paint: {
      title: "직접 가려 보기",
      body: "이 신경망은 무작위 마스크로만 학습했습니다. 여러분은 우연보다 짓궂을 수 있습니다. [[masked-autoencoder|마스크드 오토인코더(masked autoencoder)]]는 구멍을 그 둘레로부터 채웁니다.",
      ask: "{{visible|사진}}에서 가장 중요한 것을 칠해 가려 보세요. {{reconstruction|되살아나나요}}?",
      answer:
        "일부가 드러나 있으면 대강의 모양이 돌아오기도 합니다. 전부 가리면 배경이 그 위로 자랍니다. 흔적을 남기지 않은 것은 알 수 없습니다.",
    },
    ratios: {
      title: "25, 50, 75, 90 %",
      body: "[[mask-ratio|마스크 비율(mask ratio)]]이 낮으면 빈 곳이 작아 가까운 {{visible|픽셀}}만으로도 거의 채워집니다. 테스트 이미지로 재면 25 %일 때의 손실은 75 %일 때의 절반이고, 90 %에서는 다시 훨씬 커집니다. BERT는 단어의 15 %를 가리지만, 사진은 중복이 많아 논문에서는 75 %가 가장 좋았습니다.",
      ask: "비율을 25 %에서 90 %까지 올려 보세요. {{reconstruction|무엇인지}} 알아볼 수 없게 되는 때는 언제인가요?",
      answer:
        "그림은 서서히 흐려지고, 무엇인지는 늦게까지 알아볼 수 있습니다. 문제가 너무 쉬우면 배우는 것이 적습니다. 75 %에서는 베끼는 것만으로 채울 수 없어서 사물이 어떻게 생겼는지 알아야 합니다.",
    },
    saving: {
      title: "가려서 아끼는 것",
      body: "토큰이 적으면 할 일도 적습니다. 어텐션은 토큰 수의 제곱에 따르므로 인코더의 [[multiply-add|곱셈-덧셈(multiply-add)]]은 보이는 비율보다 조금 더 빨리 줄어듭니다. {{macs|선}}은 센 값이고 {{measured|점}}은 [[mask-ratio|마스크 비율(mask ratio)]]마다 지금 잰 값입니다. 논문의 사전 학습은 ViT-L에서 2.8배, 한 블록짜리 디코더를 쓴 ViT-H에서 4.1배까지 빨라졌습니다.",
    },
    learned: {
      title: "레이블 없이 배운 것",
      body: "여기서는 인코더가 사진 전체를 봅니다. {{query|패치}}를 눌러 어느 패치를 {{map|읽는지}} 보세요. 빈 곳을 채우려면 무엇과 무엇이 함께 있는지 알아야 합니다. 이것이 [[self-supervised-learning|자기지도 학습(self-supervised learning)]]입니다. 다만 작은 신경망이니 [[self-attention|셀프 어텐션(self-attention)]]을 조심스럽게 해석해 주세요.",
    },
    use: {
      title: "어디에 쓰나",
      body: "인코더를 남겨 레이블로 이어서 학습합니다. 이것이 [[fine-tuning|미세 조정(fine-tuning)]]이고, ViT-H는 ImageNet-1K 이미지만으로 87.8 %에 이르렀습니다. 고정한 채로 쓰면 특징이 더 약해서 [[linear-probing|선형 프로빙(linear probing)]] 결과가 뚜렷이 낮습니다. 직접 해 보세요. 사진을 {{groups|그룹}}으로 나누어 [[nearest-neighbours|최근접 이웃(nearest neighbours)]]을 살펴보고 DINO와 비교해 보세요.",
    },
  },
  dino: {
    title: "DINO (2021)",
    idea: "자신의 이동 평균인 교사에게서 배우는 학생.",
    views: {
      title: "사진 한 장의 두 뷰",
      body: "무작위로 잘라 내고, 뒤집고, 색을 바꿉니다. [[data-augmentation|데이터 증강(data augmentation)]]으로 만든 두 {{view1|뷰}} x₁과 {{view2|x₂}}입니다. 달라 보여도 같은 것을 담고 있고, 그것이 가르침의 전부입니다. 곧 [[self-supervised-learning|자기지도 학습(self-supervised learning)]]입니다. 논문의 [[multi-crop|멀티 크롭(multi-crop)]]에는 작은 {{local|지역 뷰}} 여러 개가 더해집니다. 학생은 모두를, 교사는 큰 뷰 둘만 봅니다.",
      ask: "{{photo|새 뷰}}를 몇 번 뽑아 보세요. 둘이 같은 것을 담고 있다고 늘 말할 수 있나요?",
      answer:
        "대체로 그렇지만 픽셀을 거의 공유하지 않을 때도 있습니다. 그때도 일치하려면 픽셀이 아니라 사물을 나타내야 합니다.",
    },
    "two-networks": {
      title: "학생과 교사",
      body: "구조는 같고 매개변수는 다른 두 ViT입니다. 둘 다 [[class-token|클래스 토큰(class token)]] 위의 투영 헤드(논문에서는 출력 65,536개)로 끝납니다. [[knowledge-distillation|지식 증류(knowledge distillation)]]와 비슷하지만 미리 학습한 교사가 없고, 둘 다 무작위로 시작합니다. 여기 보이는 것은 나중에 남겨 쓰는 교사입니다.",
    },
    loss: {
      title: "다른 뷰와 일치하기",
      body: "출력은 각각 [[softmax|소프트맥스(softmax)]]를 거칩니다. 한 뷰에 대한 {{student|학생}}의 답이 다른 뷰에 대한 {{teacher|교사}}의 답과 맞아야 합니다. {{cross-entropy|숫자}}는 두 뷰에서 지금 계산한 [[cross-entropy|교차 엔트로피(cross-entropy)]]입니다. 출력에는 이름이 없습니다. 신경망이 스스로 만든 분류입니다. 학습 뒤에는 교사의 몸통만 남으므로, 여기서는 교사가 두 역할을 모두 맡고 그 특징이 헤드의 출력을 대신합니다.",
      formula: "H P t, P s는 빼기, k에 대한 P t k 곱하기 로그 P s k의 합",
    },
    teacher: {
      title: "학생만 배웁니다",
      body: "{{gradient|기울기}}는 학생에게만 가고 교사에서는 멈춥니다. {{teacher|교사}}는 학생 가중치의 [[exponential-moving-average|지수 이동 평균(exponential moving average)]]으로 따라갑니다. 논문에서 λ는 0.996에서 1까지 커집니다. 천천히 움직이지만 둘 가운데 더 나은 쪽입니다. 매번 학생을 그대로 복사하면 실패합니다.",
      formula: "세타 t는 람다 세타 t 더하기, 1 빼기 람다 곱하기 세타 s로 바뀐다",
    },
    collapse: {
      title: "센터링과 샤프닝",
      body: "아직은 모든 사진에 같은 답을 내도 막을 것이 없습니다. 이것이 [[collapse|붕괴(collapse)]]입니다. [[centering|센터링(centering)]]은 이동 평균 c를 빼서 한 출력이 늘 이기지 못하게 하지만, 혼자서는 균일한 답으로 밀어냅니다. 낮은 [[temperature|온도(temperature)]]를 쓰는 [[sharpening|샤프닝(sharpening)]]은 그 반대이고, 둘이 균형을 이룹니다. 붕괴 자체는 학습 중에 일어나는 일이고, 여기서는 각 조절이 두 뷰의 값을 어떻게 움직이는지 봅니다.",
      formula: "P t는, 타우 t 분의 g t 빼기 c의 소프트맥스",
      ask: "{{centering|센터링}}을 켰다 꺼 보고, {{temperature|온도}}를 0.5까지 올려 보세요. {{entropy|엔트로피}}가 어떻게 되나요?",
      answer:
        "최댓값의 98 % 이상까지 올라갑니다. 모든 출력의 확률이 거의 같아져 교사가 아무것도 말하지 않게 됩니다. 학생은 0.1을, 교사는 더 낮은 0.04에서 0.07을 씁니다.",
    },
    attention: {
      title: "어텐션이 사물을 찾다",
      body: "마지막 블록의 [[class-token|클래스 토큰(class token)]]이 {{heads|헤드마다}} 읽는 곳입니다. [[self-attention|셀프 어텐션(self-attention)]]의 {{mass|60 %}}를 차지하는 패치만 남기면 {{mask|마스크}}가 나타납니다. 윤곽은 한 번도 배운 적이 없습니다. VOC12에서 논문의 S/16은 자카드 지수 45.9, 지도 학습한 ViT는 27.3이었습니다. 여기의 작은 신경망은 패치가 8 × 8개뿐이라, 공식 신경망에서 훨씬 뚜렷하게 보입니다.",
    },
    colours: {
      title: "색으로 본 특징",
      body: "[[patch|패치(patch)]]마다 특징 벡터가 있습니다. [[principal-component-analysis|주성분 분석(principal component analysis)]]은 벡터들이 가장 많이 달라지는 방향 셋을 찾아 빨강, 초록, 파랑으로 보여 줍니다. {{colours|색}}이 같으면 신경망이 그 패치들을 비슷하게 나타낸다는 뜻입니다.",
    },
    patches: {
      title: "이런 곳을 더 찾아 주세요",
      body: "비슷한 부분은 비슷한 벡터를 갖습니다. [[cosine-similarity|코사인 유사도(cosine similarity)]]로 재며, 한 사진 안에서도, {{second|다른 사진}}에서도 찾을 수 있습니다.",
      ask: "다른 {{query|패치}}를 눌러 보세요. {{matches|가장 비슷한 패치}}들이 같은 사물의 부분인가요?",
      answer:
        "원래 크기의 신경망에서는 귀에는 귀처럼 같은 부분이 나올 때가 많습니다. 패치가 8 × 8개이면 색과 질감이 큰 몫을 합니다.",
    },
    frozen: {
      title: "학습 없는 분류기",
      body: "고정한 특징과 [[nearest-neighbours|최근접 이웃(nearest neighbours)]] 20개의 투표만으로 논문의 ViT-S/8은 ImageNet에서 78.3 %를, B/8의 [[linear-probing|선형 프로빙(linear probing)]]은 80.1 %를 얻었습니다. 레이블을 본 적 없는 여기의 작은 신경망도, 함께 들어 있는 레이블 붙은 특징 2,000개와 비교해 테스트 이미지 다섯 장 가운데 두 장꼴로 맞힙니다(찍으면 열 장에 한 장). 사진을 {{groups|그룹}}으로 나누어 직접 해 보세요.",
    },
  },
  compare: {
    title: "사진 한 장, 여덟 신경망",
    idea: "같은 사진을 보는 여덟 가지 방법.",
    eight: {
      title: "여덟 개의 답",
      body: "사진 한 장을 모든 신경망에 넣습니다. 다섯은 열 가지로 분류합니다. {{model:lenet5_mnist|LeNet}}은 숫자만 알아서 무엇에서든 숫자를 찾고, {{model:mae_vit_cifar10|MAE}}는 이름을 붙이는 대신 빈 곳을 채우며, 레이블을 본 적 없는 {{model:dino_vit_cifar10|DINO}}는 [[nearest-neighbours|최근접 이웃(nearest neighbours)]]으로 답합니다. 어디서 {{agreement|일치하고}}, 누가 맞았나요?",
    },
    cost: {
      title: "답 하나의 값",
      body: "{{parameters|매개변수}}는 저장할 양, [[multiply-add|곱셈-덧셈(multiply-add)]]은 {{macs|계산할 양}}, {{time|시간}}은 기다리는 양이며 기기에 따라 다릅니다. 셋이 늘 함께 가지는 않습니다. ResNet은 [[weight-sharing|가중치 공유(weight sharing)]] 덕분에 적은 매개변수로 많은 계산을 합니다.",
    },
    where: {
      title: "저마다 본 곳",
      body: "첫째 답의 근거입니다. 합성곱 신경망은 [[class-activation-map|클래스 활성화 맵(class activation map)]]으로, 트랜스포머는 기울기로 가중한 어텐션으로 나타냅니다. {{map|서로 다른 이유}}로 같은 답을 낼 수도 있습니다. 방법이 다르니 세기보다는 위치를 비교해 주세요.",
    },
    fair: {
      title: "공정한 경주일까요?",
      body: "아닙니다. 32 × 32픽셀 사진 5만 장으로 짧게 학습한 작은 신경망들이고, 정확도의 순서도 논문과 다릅니다. 신경망의 성적은 설계만큼이나 [[pre-training|사전 학습(pre-training)]], [[data-augmentation|데이터 증강(data augmentation)]], 그리고 참을성에 달려 있습니다. 사진을 바꾸어 {{agreement|일치하는 정도}}가 어떻게 달라지는지 보세요.",
    },
    threads: {
      title: "남은 것들",
      body: "{{line|이 흐름}}에는 되풀이되는 생각이 셋 있습니다. [[inductive-bias|귀납적 편향(inductive bias)]]은 처음에 주어졌다가 빠졌고, 일부가 되돌아왔습니다. [[residual-connection|잔차 연결(residual connection)]]이 깊이를 가능하게 했고, 이후의 모든 신경망이 이를 씁니다. 레이블은 점점 덜 필요해졌습니다. 다음에는 어떤 아이디어를 합쳐 보고 싶으신가요?",
    },
  },
};
