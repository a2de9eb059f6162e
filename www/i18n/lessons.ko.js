// The lessons' texts, in Korean. Same keys as lessons.en.js. [[term|words]] links to the glossary, {{part|words}} to the figure.
import transformers from "./lessons-transformers.ko.js";

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
      title: "한눈에 보는 23년",
      body: "점 하나하나가 컴퓨터 비전의 흐름을 바꾼 신경망입니다. 점의 높이는 {{parameters|매개변수의 수}}로, 6만 개에서 6억 개 이상까지 있습니다. 점을 골라 {{idea|핵심 아이디어}}와 {{accuracy|발표된 결과}}를 살펴본 뒤, 강의를 열어 신경망을 직접 실행해 보세요.",
    },
    "convolution-years": {
      title: "1998–2015: 합성곱, 그리고 깊이",
      body: "{{entry:lenet|LeNet-5}}는 [[convolution|합성곱(convolution)]] 필터부터 마지막 분류까지 모두 데이터로 학습했습니다. {{entry:alexnet|AlexNet}}은 GPU와 백만 장이 넘는 사진으로 규모를 키웠고, {{entry:vgg|VGG}}는 같은 구조를 깊게 쌓았습니다. {{entry:resnet|ResNet}}은 덧셈 하나, 곧 [[residual-connection|잔차 연결(residual connection)]]을 넣어 백 층이 넘는 신경망도 학습할 수 있게 했습니다.",
    },
    "attention-years": {
      title: "2020–2021: 이미지로 넘어온 어텐션",
      body: "{{entry:vit|ViT}}는 사진을 패치로 잘라 트랜스포머에 넣습니다. [[self-attention|셀프 어텐션(self-attention)]] 덕분에 모든 패치가 서로를 볼 수 있지만, 합성곱 신경망을 앞서려면 대규모 [[pre-training|사전 학습(pre-training)]]이 필요했습니다. {{entry:swin|Swin}}은 합성곱의 장점이던 지역 윈도우와 여러 단계의 해상도를 되살렸습니다.",
    },
    "label-free-years": {
      title: "2021: 레이블 없이 배우기",
      body: "사진은 흔하지만 레이블을 붙이는 데에는 비용이 많이 듭니다. [[self-supervised-learning|자기지도 학습(self-supervised learning)]]에서는 사진 자체가 문제이자 정답입니다. {{entry:dino|DINO}}는 같은 사진에서 만든 두 뷰에 같은 답을 내도록 배우고, {{entry:mae|MAE}}는 사진의 4분의 3을 가린 뒤 빈 곳을 채웁니다.",
    },
    numbers: {
      title: "결과를 읽는 법",
      body: "이 {{accuracy|결과}}들은 서로 다른 시험에서 나온 값이라 순위를 매길 수 없습니다. MNIST는 숫자 열 가지, ImageNet은 사물 천 가지를 구별하는 시험이고, [[top-5|톱-5(top-5)]]는 다섯 번의 추측 안에 정답이 들면 맞은 것으로 칩니다. 여러 신경망을 묶은 [[ensemble|앙상블(ensemble)]]의 값도 있고, 훨씬 많은 이미지로 학습한 값도 있습니다. 그래서 값마다 어떤 시험인지 함께 적었습니다.",
    },
    here: {
      title: "이 페이지에서 실행되는 것",
      body: "32 × 32픽셀 사진과 {{top|열 가지 클래스}}(LeNet은 숫자 열 가지)를 다루는 작은 신경망이 종류별로 페이지에 들어 있고, 브라우저 안에서 {{photo|여러분의 사진}}으로 실행됩니다. 그림은 녹화한 것이 아니라 보는 자리에서 계산한 것이며, 미리 계산해 둔 몇 가지에는 그렇게 적혀 있습니다. 작은 신경망이 아니라 논문의 값일 때도 그렇게 밝히고, 원래 크기의 신경망에서 더 잘 보이는 곳에서는 내려받기를 권합니다.",
    },
  },
  convolution: {
    title: "왜 합성곱인가",
    idea: "좁게 보고, 어디서나 같은 가중치를 쓴다.",
    shift: {
      title: "숫자를 조금 옮기면",
      body: "매개변수 수가 거의 같은 두 신경망이 같은 숫자를 읽습니다. 하나는 [[fully-connected-layer|완전 연결층(fully connected layer)]]만으로 이루어진 {{model:fcnn_mnist|완전 연결 신경망}}이고, 다른 하나는 [[convolution|합성곱(convolution)]]으로 시작하는 {{model:lenet5_mnist|LeNet}}입니다. 둘 다 숫자가 가운데에 놓인 이미지로 학습했습니다.",
      ask: "둘 중 하나가 답을 바꿀 때까지 {{shift|슬라이더}}를 움직여 보세요. 어느 쪽인가요?",
      answer:
        "완전 연결 신경망입니다. 어느 쪽으로든 두 픽셀만 옮기면 답이 바뀝니다. 이 신경망이 보기에 옮긴 숫자는 전혀 새로운 그림입니다. 획이 모두 다른 것을 배운 다른 가중치 위에 놓이기 때문입니다. LeNet은 얼마를 옮기든 이 4를 읽습니다. 모든 숫자에서 그렇지는 않다는 것을 다음 단계에서 확인합니다.",
      predict: {
        seen: "완전 연결 신경망",
        other: "LeNet",
        third: "둘이 동시에",
      },
    },
    curve: {
      title: "이동량에 따른 정확도",
      body: "같은 실험을 이 페이지에 들어 있는 숫자 500개로 지금 측정합니다. 두 픽셀을 옮겨도 {{model:lenet5_mnist|LeNet}}은 거의 다 읽지만 {{model:fcnn_mnist|완전 연결 신경망}}은 5분의 1 정도를 놓칩니다. 여섯 픽셀을 옮기면 둘 다 실패합니다. 합성곱의 성질은 [[equivariance|등변성(equivariance)]], 곧 특징이 숫자를 따라 움직인다는 것인데, LeNet 끝의 완전 연결층은 그 특징이 어디에 있는지를 여전히 따지기 때문입니다.",
    },
    "every-pixel": {
      title: "픽셀마다 가중치 하나",
      body: "{{grid|격자}}의 그림 하나가 첫 [[fully-connected-layer|완전 연결층]]의 유닛 하나입니다. 32 × 32픽셀에 하나씩, 가중치가 모두 1,024개입니다. 어떤 가중치가 획을 보고 배워도 바로 옆 가중치는 그것을 알지 못합니다. 그래서 같은 모양이라도 위치마다 새로 배워야 합니다.",
    },
    local: {
      title: "첫 번째 아이디어: 좁게 보기",
      body: "합성곱의 유닛은 작은 {{window|윈도우}}, 여기서는 5 × 5픽셀만 봅니다. 이것이 그 유닛의 [[receptive-field|수용 영역(receptive field)]]입니다. 픽셀 값에 [[kernel|커널(kernel)]]의 가중치 25개를 곱해 더하고 편향을 더합니다. 다른 {{cell|칸}}을 골라 보세요. {{formula|수식}}에 실제 숫자가 나타납니다.",
      formula: "y i j는 b 더하기, u와 v에 대한 w u v 곱하기 x i 더하기 u, j 더하기 v의 합",
    },
    shared: {
      title: "두 번째 아이디어: 가중치를 함께 쓰기",
      body: "{{channel|맵}} 하나의 모든 칸이 같은 가중치 25개를 씁니다. 이것이 [[weight-sharing|가중치 공유(weight sharing)]]입니다. 커널이 이미지 위를 미끄러지면서 어디서나 같은 무늬를 찾고, 그 반응이 모여 [[feature-map|특성 맵(feature map)]]이 됩니다. {{shift|숫자를 움직이면}} 특징도 함께 움직입니다.",
    },
    count: {
      title: "공유해서 아끼는 것",
      body: "두 신경망을 층별로 나란히 비교해 보세요. 완전 연결 신경망의 첫 층은 매개변수가 57,400개인데, LeNet의 첫 합성곱은 {{stage:conv1|156개}}입니다. 전체 매개변수 수는 둘이 비슷하지만, LeNet은 [[weight-sharing|가중치 공유]] 덕분에 이를 더 알차게 씁니다. 1998년의 LeNet-5는 연결이 340,908개인데도 자유 매개변수는 60,000개뿐이었습니다.",
    },
    learning: {
      title: "두 신경망의 학습 지켜보기",
      body: "LeNet-5와 [[fully-connected-layer|완전 연결 신경망]]이 무작위 가중치에서 출발해 같은 숫자를 같은 순서로, 한 번에 32장씩 봅니다. {{controls|시작}}을 누르면 {{curves|곡선}}이 그려집니다. 커널을 손으로 정해 주는 사람은 없습니다. [[weight-sharing|공유]]하든 하지 않든 모든 가중치는 경사 하강법으로 학습됩니다. 학습 이미지는 무작위로 한 픽셀까지 옮겨지고, 이 범위는 학습하는 동안 바꿀 수 있습니다.",
      ask: "매개변수 수도 비슷하고 데이터도 같습니다. 200스텝이 지났을 때, 학습에 쓰지 않은 숫자를 더 많이 맞히는 쪽은 어디일까요?",
      predict: {
        seen: "LeNet-5",
        other: "완전 연결 신경망",
        third: "둘 다 비슷하다",
      },
      answer:
        "LeNet-5입니다. 학습에 쓰지 않은 숫자 100개 가운데 LeNet-5는 93개쯤, 완전 연결 신경망은 87개쯤 맞힙니다. 처음 백 스텝까지는 오히려 완전 연결 신경망이 앞섭니다. 그러나 커널은 모든 숫자의 모든 위치에서 배우고 완전 연결층의 가중치는 자기 픽셀 하나에서만 배우므로, 결국 순서가 뒤집힙니다.",
    },
    class: {
      title: "하나의 백본: 분류",
      body: "합성곱이 계산한 특징은 여러 과제에 쓸 수 있습니다. 이렇게 특징을 계산하는 부분을 [[backbone|백본(backbone)]]이라고 합니다. 여기서는 작은 ResNet이 마지막 특징을 점수 열 개로 바꾸고, [[softmax|소프트맥스(softmax)]]가 이를 {{top|확률}}로 바꿉니다. 이 신경망이 아는 사물은 열 가지뿐이니, 그에 해당하는 사진으로 판단해 주세요.",
    },
    heat: {
      title: "같은 백본: 히트맵",
      body: "분류기는 마지막 [[feature-map|특성 맵(feature map)]]을 사진 전체에서 평균한 뒤 가중치를 곱해 더합니다. 평균을 내지 않고 더하면 [[class-activation-map|클래스 활성화 맵(class activation map)]]이 되어, {{class|클래스}}의 근거가 사진의 {{map|어디에}} 있었는지 보여 줍니다. 새로 학습할 것은 없습니다.",
      formula: "M c i j는 k에 대한 w c k 곱하기 f k i j의 합",
    },
    neighbours: {
      title: "같은 백본: 검색",
      body: "이번에는 분류기를 떼어 냅니다. 그러면 사진 한 장이 특징 벡터 하나가 되고, 비슷한 사진끼리는 벡터도 가깝습니다. 사진을 {{groups|그룹}}으로 나누고 {{query|새 사진}}을 넣어 보세요. [[nearest-neighbours|최근접 이웃(nearest neighbours)]]이 어느 그룹인지 알려 줍니다. 여러분이 정한 그룹이므로 신경망은 한 번도 배운 적이 없는 분류입니다.",
    },
  },
  lenet: {
    title: "LeNet-5 (1998)",
    idea: "지역 수용 영역, 가중치 공유, 서브샘플링을 처음부터 끝까지 학습한다.",
    draw: {
      title: "숫자를 그려 보세요",
      body: "LeNet-5는 손글씨 숫자를 읽기 위한 신경망입니다. 논문에는 이를 이용해 은행 수표를 읽는 시스템도 나옵니다. 여기 있는 것은 오늘날 흔히 쓰는 형태로, MNIST로 학습했습니다. 점수 열 개는 [[softmax|소프트맥스(softmax)]]를 거쳐 확률이 됩니다.",
      ask: "{{pad|그리기 판}}을 지우고 숫자를 그려 보세요. 다시 지우고 이번에는 숫자가 아닌 것을 아무렇게나 그려 보세요. {{answers|답}}이 어떻게 나올까요?",
      predict: {
        seen: "그래도 어떤 숫자라고, 10 %보다 훨씬 높은 확률로 답한다",
        other: "열 숫자에 모두 10 % 정도씩 준다",
        third: "숫자가 아니라고 답한다",
      },
      answer:
        "그래도 숫자로 답합니다. 아무렇게나 그은 낙서 200개에서 첫째 답의 확률은 평균 55 %였습니다. 고르게 나누면 10 %입니다. 숫자가 아닌 것을 그려도 소프트맥스는 숫자 열 개에 100 %를 나누어 줍니다.",
    },
    whole: {
      title: "신경망 전체",
      body: "합성곱 – 풀링 – 합성곱 – 풀링 – 완전 연결 – 완전 연결, 그리고 출력 열 개입니다. 두 [[convolution|합성곱(convolution)]]({{stage:conv1|첫째}}, {{stage:conv2|둘째}})이 각각 풀링과 함께 픽셀을 특징으로 바꾸고, [[fully-connected-layer|완전 연결층(fully connected layer)]]({{stage:fc1|120}}, {{stage:fc2|84}}, {{stage:fc3|10}}개)이 특징을 답으로 바꿉니다. {{shapes|크기}}를 읽어 보면 맵은 작아지고 그 수는 늘어납니다.",
    },
    convolve: {
      title: "합성곱: 5 × 5, 스트라이드 1",
      body: "5 × 5 [[kernel|커널(kernel)]]을 {{window|윈도우}}에 겹쳐, 픽셀과 가중치를 곱한 값을 모두 더하고 편향을 더합니다. 이어서 ReLU가 음수를 0으로 만듭니다. [[stride|스트라이드(stride)]]가 1이므로 옆 {{cell|칸}}은 한 픽셀 옆의 윈도우를 봅니다. 맵의 여러 칸을 골라 {{formula|수식}}의 숫자를 확인해 보세요.",
      formula: "y i j는 b 더하기, u와 v가 0부터 4까지일 때 w u v 곱하기 x i 더하기 u, j 더하기 v의 합",
    },
    size: {
      title: "출력은 얼마나 클까요?",
      body: "크기가 k인 커널은 n픽셀 안에 n − k + 1번 들어갑니다. 그래서 32는 {{output|28}}이 됩니다. [[padding|패딩(padding)]] p는 양쪽에 테두리를 두르고, [[stride|스트라이드(stride)]]가 s이면 윈도우가 한 번에 s픽셀씩 움직입니다.",
      formula: "m은 s분의 n 더하기 2p 빼기 k의 내림, 더하기 1",
      ask: "커널은 5로 두고, 출력이 다시 32가 되도록 {{padding|패딩}}을 골라 보세요.",
      answer:
        "패딩 2입니다. 홀수 크기 커널과 스트라이드 1에서는 p = (k − 1) / 2가 크기를 지켜 줍니다. VGG와 ResNet은 늘 k = 3, p = 1로 그렇게 합니다.",
      predict: {
        seen: "2",
        other: "1",
        third: "4",
      },
    },
    pool: {
      title: "풀링: 2 × 2, 스트라이드 2",
      body: "[[subsampling|서브샘플링(subsampling)]]은 {{window|2 × 2 윈도우}}마다 숫자 하나만 남깁니다. 그래서 28 × 28이 14 × 14가 됩니다. 여기서는 [[max-pooling|최대 풀링(max pooling)]]이라, 가장 강한 반응은 남고 정확한 위치는 사라집니다. 그래서 작은 이동에는 조금 둔감해집니다.",
    },
    maps: {
      title: "획을 조합하는 맵 열여섯 장",
      body: "두 번째 합성곱은 풀링한 맵 여섯 장을 한꺼번에 읽어 10 × 10 [[feature-map|특성 맵(feature map)]] 열여섯 장을 만듭니다. 획을 조합해 모서리, 끝점, 곡선을 찾을 수 있습니다. {{channel|채널}} 몇 개를 비교해 보세요. 뒤따르는 ReLU를 지나면 값의 절반 이상이 0이 됩니다.",
    },
    dense: {
      title: "맵에서 답으로",
      body: "마지막 풀링 뒤에는 5 × 5 맵 열여섯 장을 숫자 400개로 펼쳐 [[fully-connected-layer|완전 연결층(fully connected layer)]]에 넣습니다. 매개변수가 어디에 있는지 보세요. 전체 61,706개 가운데 {{stage:fc1|첫 층}}에만 48,120개가 있고, 두 합성곱을 합쳐도 2,572개입니다.",
    },
    learned: {
      title: "여섯 필터가 배운 것",
      body: "이 [[kernel|커널(kernel)]]은 사람이 만든 것이 아닙니다. 무작위 숫자에서 출발해, 배치마다 [[backpropagation|역전파(backpropagation)]]로 구한 기울기에 따라 오차가 줄어드는 쪽으로 가중치를 조금씩 옮긴 결과입니다. 한쪽은 양수이고 반대쪽은 음수인 커널은 경계에 반응합니다. {{grid|여섯 개}}를 비교해 보세요.",
    },
    "then-and-now": {
      title: "1998년과 오늘",
      body: "1998년의 LeNet-5는 달랐습니다. {{stage:conv2|C3}}의 맵은 대칭을 깨기 위해 앞 층의 맵 가운데 일부만 보았고, 풀링에는 학습되는 계수와 편향이 있었으며, 활성화 함수는 크기를 조정한 tanh였습니다. {{stage:fc3|출력}}은 [[radial-basis-function|방사 기저 함수(radial basis function)]] 열 개로, 값이 가장 작은 것이 답이었습니다. 오늘날에는 ReLU, 최대 풀링, [[softmax|소프트맥스(softmax)]]를 쓰며, 매개변수는 60,000개가 아니라 61,706개입니다. 논문의 MNIST 테스트 오류율은 0.95 %입니다.",
    },
  },
  alexnet: {
    title: "AlexNet (2012)",
    idea: "드롭아웃과 데이터 증강을 더해 GPU로 학습한 큰 ReLU 신경망.",
    imagenet: {
      title: "ImageNet, 천 가지 클래스",
      body: "2012년, 천 가지 클래스의 레이블이 붙은 사진 120만 장을 그래픽 카드 두 장으로 학습했습니다. 이런 신경망 일곱 개를 합친 [[top-5|톱-5(top-5)]] 오류율은 15.3 %로, 2위의 26.2 %를 크게 앞섰습니다. 여기 있는 작은 신경망은 설계는 같지만 {{top|열 가지 클래스}}만 알고 32 × 32픽셀을 봅니다.",
    },
    layers: {
      title: "은닉층 일곱 개",
      body: "[[convolution|합성곱(convolution)]] 다섯 층과 은닉 [[fully-connected-layer|완전 연결층(fully connected layer)]] 두 층, 그리고 출력입니다. 논문은 뉴런 65만 개, 매개변수 6천만 개라고 적었고, 첫 필터는 11 × 11, 스트라이드 4입니다. 32픽셀에 맞춘 여기서는 {{stage:features.0|첫 필터}}가 5 × 5이고 {{parameters|매개변수}}는 84만 개입니다. 논문에서 {{stage:classifier.1|첫 완전 연결층}}의 매개변수는 6천만 개 가운데 3,800만 개였지만, 여기서는 3 × 3 맵만 읽으므로 전체의 4분의 1 정도입니다.",
    },
    relu: {
      title: "ReLU: 남기거나 버리거나",
      body: "[[relu|ReLU(rectified linear unit)]]는 양수를 그대로 통과시키고 나머지는 0으로 만듭니다. {{cell|칸}}을 골라 확인해 보세요. 계산량이 거의 없고, 값이 커져도 포화되지 않습니다. 논문에서 4층 신경망은 CIFAR-10의 학습 오류율 25 %에 tanh를 쓸 때보다 여섯 배 빨리 도달했습니다.",
      formula: "f x는 0과 x 중 큰 값",
    },
    vanishing: {
      title: "되돌아가는 기울기",
      body: "[[backpropagation|역전파(backpropagation)]]는 층마다 활성화 함수의 미분값을 곱합니다. {{sigmoid|시그모이드}}의 미분값은 아무리 커도 ¼이라, 20층을 거슬러 올라가면 기울기가 거의 남지 않습니다. 이것이 [[vanishing-gradient|기울기 소실(vanishing gradient)]]입니다. {{tanh|tanh}}에서는 조금 줄어들고 유닛이 포화되면 더 줄어들며, {{relu|ReLU}}의 미분값은 켜져 있는 곳에서 정확히 1입니다. 모두 학습하기 전의 무작위 가중치로 측정한 것입니다. 가중치의 {{gain|크기}}도 그만큼 중요하니 직접 바꿔 보세요.",
    },
    "relu-learns": {
      title: "ReLU와 tanh, 학습으로 비교하기",
      body: "논문의 그림 1을 작은 규모로 재현합니다. 합성곱 다섯 층(채널 16~48개)의 작은 AlexNet을 같은 초기 가중치와 같은 CIFAR-10 사진 2,000장(16 × 16픽셀)으로 두 번, 한 번은 [[relu|ReLU]]로, 한 번은 tanh로 학습합니다. {{controls|시작}}을 누르고 {{curves|손실}}을 비교해 보세요. 일시 정지하면 각 층의 기울기 크기가 아래에 나타납니다. [[vanishing-gradient|기울기 소실]]이 보이나요?",
      ask: "200스텝 뒤에는 어느 쪽이 앞서 있을까요?",
      predict: {
        seen: "tanh 쪽",
        other: "ReLU 쪽",
        third: "차이가 없다",
      },
      answer:
        "여기서는 tanh입니다. 학습 손실이 tanh는 1.2, ReLU는 1.4 정도이고 400스텝에서는 0.5와 1.0으로 더 벌어집니다. 논문의 결과와 반대입니다. 논문의 곡선은 CIFAR-10 전체로 4층 신경망을 학습 오류율 25 %까지, 저마다 알맞은 학습률로 학습한 것입니다. 이렇게 작은 신경망을 같은 학습률로 몇백 스텝만 학습해서는 ReLU의 장점이 드러나지 않습니다. 어느 쪽이 빠르다는 주장은 측정한 조건과 함께 읽어야 합니다.",
    },
    dropout: {
      title: "드롭아웃: 매번 다른 신경망",
      body: "학습할 때 [[dropout|드롭아웃(dropout)]]은 첫 두 완전 연결층의 유닛을 저마다 ½의 확률로 끕니다. 어떤 유닛도 다른 유닛에만 의존할 수 없게 되어 [[overfitting|과적합(overfitting)]]이 줄어듭니다. 여기서는 드롭아웃을 켠 채 같은 사진을 {{passes|여러 번}} 통과시킵니다. 그때마다 답이 {{spread|달라집니다}}. 그 {{average|평균}}은 [[ensemble|앙상블(ensemble)]]과 같은 효과를 내며, 논문에서는 모든 유닛을 쓰되 출력을 절반으로 줄여 이를 근사합니다.",
    },
    "dropout-learns": {
      title: "학습하는 동안의 드롭아웃",
      body: "ReLU 신경망 하나를 사진 2,000장으로 학습합니다. {{curves|그래프}}는 학습하는 사진과 학습에 쓰지 않은 사진에서의 정확도입니다. 드롭아웃이 없으면 200스텝쯤부터 둘이 벌어져, 400스텝에서는 학습한 사진의 65 %, 그렇지 않은 사진의 40 % 정도를 맞힙니다. 이 차이가 [[overfitting|과적합(overfitting)]]입니다. 다시 시작해 초반에 [[dropout|드롭아웃]]을 {{controls|켜 보세요}}. 차이는 거의 사라지지만, 학습이 짧아 배우는 것도 크게 줄어듭니다. 드롭아웃은 큰 신경망을 오래 학습할 때 효과를 냅니다. 사진 절반을 좌우로 뒤집는 다른 스위치와도 비교해 보세요.",
    },
    lrn: {
      title: "국소 응답 정규화",
      body: "[[local-response-normalization|국소 응답 정규화(local response normalization, LRN)]]는 각 값을, 같은 위치에 있는 이웃 {{channels|채널}}의 값이 클수록 커지는 항으로 나눕니다. 강한 반응끼리 서로를 억제하는 셈입니다. 정규화 {{before|이전}}과 {{after|이후}}의 맵을 비교해 보세요. α가 매우 작아서, 이 작은 신경망에서는 거의 모든 값이 똑같이 1.68(2의 ¾제곱)로 나뉩니다. 논문에 따르면 톱-1 오류율이 1.4 %포인트 줄었습니다(k = 2, n = 5, α = 10⁻⁴, β = 0.75). PyTorch에서는 α를 n으로 한 번 더 나누며, 여기의 신경망도 그렇습니다.",
      formula: "b i는 a i를, k 더하기 알파 곱하기 j에 대한 a j 제곱의 합의 베타 제곱으로 나눈 값",
    },
    order: {
      title: "LRN이 먼저일까, 풀링이 먼저일까?",
      body: "논문(3.5절)의 순서는 합성곱 → ReLU → [[local-response-normalization|LRN]] → [[max-pooling|최대 풀링(max pooling)]]입니다. CaffeNet을 따른 많은 강의는 합성곱 → 풀링 → LRN으로 가르치고, 여기의 신경망도 그렇게 학습했습니다. 그림은 같은 가중치에 두 순서를 모두 적용한 것입니다. {{after|결과}}의 차이는 천분의 일도 되지 않습니다. 이후의 신경망은 LRN을 아예 쓰지 않습니다.",
    },
    "two-gpus": {
      title: "GPU 두 장, 그룹 두 개",
      body: "AlexNet은 3 GB 카드 한 장에 들어가지 않아 두 장이 채널을 반씩 맡았습니다. 논문에 따르면 두 절반의 역할이 갈려, {{group:0|한쪽}}의 필터는 대체로 색에 무관했고 {{group:1|다른 쪽}}의 필터는 대체로 색에 반응했습니다. 여기의 작은 신경망도 [[grouped-convolution|그룹 합성곱(grouped convolution)]]으로 두 그룹을 두지만, 역할은 나뉘지 않았습니다. 두 그룹 모두 필터 에너지(가중치 제곱의 합)의 절반 이상이 색에 있습니다. 내려받을 수 있는 원래 크기의 신경망은 카드 한 장에 맞춘 후속판이라 그룹이 하나이고, 줄무늬 필터와 색 필터가 섞여 있습니다.",
    },
    groups: {
      title: "그룹이 보지 못하는 것",
      body: "[[grouped-convolution|그룹 합성곱(grouped convolution)]]은 출력을 {{window|자기 쪽 절반의 채널}}에만 연결하므로 가중치가 절반입니다. 논문에서는 2, 4, 5층이 이렇게 나뉘었고 3층은 전체를 보았습니다. 메모리가 작은 카드의 시대는 지났지만 이 방법은 남아, 이후의 신경망은 계산을 줄이기 위해 채널을 그룹으로 나눕니다.",
    },
  },
  vgg: {
    title: "VGGNet (2014)",
    idea: "오직 3 × 3 필터로 쌓은 깊이.",
    uniform: {
      title: "같은 구조의 반복",
      body: "[[kernel|커널(kernel)]]이 3 × 3인 {{stage:features.0|합성곱}}을 반복하고, 중간중간 2 × 2 [[max-pooling|최대 풀링(max pooling)]]을 거쳐 채널을 늘립니다. LRN은 없습니다. VGG-16에는 이런 합성곱이 열세 층 있습니다. 여기의 신경망은 여섯 층이고, 한 해 뒤에 나온 [[batch-normalization|배치 정규화(batch normalization)]]를 더해 처음부터 학습하기가 쉽습니다.",
    },
    small: {
      title: "주변을 아는 가장 작은 커널",
      body: "3 × 3은 왼쪽과 오른쪽, 위와 아래, 가운데를 모두 갖춘 가장 작은 [[kernel|커널(kernel)]]입니다. [[padding|패딩(padding)]] 1이 크기를 지켜 주므로 층을 마음껏 쌓을 수 있습니다. {{cell|칸}}을 골라 보세요. {{window|윈도우}}는 작지만 모든 채널을 봅니다.",
    },
    stack: {
      title: "작은 커널 셋과 큰 커널 하나",
      body: "3 × 3 층을 셋 쌓으면 7 × 7 층 하나와 [[receptive-field|수용 영역(receptive field)]]이 같습니다. 그런데 {{weights|가중치}}는 27C²개로 충분합니다. 큰 쪽은 49C²개로 81 % 더 많습니다. 게다가 [[relu|ReLU]]는 하나가 아니라 {{nonlinearities|셋}}입니다.",
      formula: "3 곱하기 3의 제곱 곱하기 C 제곱은 27 C 제곱, 이는 7의 제곱 곱하기 C 제곱인 49 C 제곱보다 작다",
      ask: "AlexNet의 11 × 11 필터를 대신하려면 3 × 3 층이 몇 개 필요할까요? 수용 영역이 같아질 때까지 {{stack|층}}을 더해 보세요.",
      answer: "다섯 개입니다. 층마다 수용 영역이 2씩 늘어납니다. 가중치는 45C²개 대 121C²개입니다.",
      predict: {
        seen: "5개",
        other: "3개",
        third: "7개",
      },
    },
    field: {
      title: "측정한 수용 영역",
      body: "{{theory|상자}}는 칸 하나의 이론적인 [[receptive-field|수용 영역(receptive field)]]으로, 그 밖의 픽셀은 이 칸에 영향을 줄 수 없습니다. {{measured|색}}은 사진의 픽셀마다 그 칸이 얼마나 민감하게 반응하는지를 기울기로 지금 측정한 것입니다. 가운데를 지나는 경로가 더 많으므로, 보통 가운데가 가장자리보다 훨씬 큰 영향을 줍니다.",
    },
    growth: {
      title: "수용 영역은 어떻게 넓어지나",
      body: "층마다 살펴봅니다. 3 × 3 합성곱은 조금씩 넓히고, 풀링은 뒤따르는 모든 층의 보폭을 두 배로 만듭니다. {{theory|이론적인}} [[receptive-field|수용 영역(receptive field)]]은 곧 사진 전체를 덮지만 {{measured|측정한}} 영역은 그만큼 넓어지지 않습니다.",
    },
    nonlinear: {
      title: "더 많은 비선형성",
      body: "합성곱마다 뒤에 [[relu|ReLU]]가 있어 선형 변환을 한 번씩 꺾어 줍니다. ReLU가 없으면 합성곱 셋은 합성곱 하나와 다를 것이 없습니다. 깊은 층의 [[feature-map|특성 맵(feature map)]]에서는 {{channel|채널}}이 더 선택적으로 반응합니다. 값이 대부분 0이고, 나머지는 특정한 무늬에만 반응합니다.",
    },
    weights: {
      title: "가중치는 어디에 있나",
      body: "VGG-16의 매개변수 1억 3,800만 개 가운데 89 %가 [[fully-connected-layer|완전 연결층(fully connected layer)]]에 있습니다. 여기의 작은 신경망은 마지막 맵이 2 × 2라 {{stage:classifier.0|완전 연결층}}이 8분의 1 정도에 그칩니다. ResNet은 그 대부분을 평균으로 대신합니다.",
    },
    against: {
      title: "AlexNet과 직접 비교하기",
      body: "여기의 작은 VGG와 작은 AlexNet은 같은 사진으로 학습했습니다. 페이지에 들어 있는 테스트 이미지 500장에 둘 다 답하게 해서, {{accuracy|몇 장을 맞히는지}}, 그리고 그러기 위해 {{parameters|매개변수}}와 [[multiply-add|곱셈-덧셈(multiply-add)]]이 얼마나 드는지 비교해 보세요.",
      ask: "3 × 3 [[kernel|커널(kernel)]]을 깊게 쌓은 쪽과 5 × 5로 넓게 시작하는 쪽, 어느 쪽이 이길까요? {{measure|측정해 보세요}}.",
      answer:
        "VGG입니다. 매개변수는 더 적고 곱셈-덧셈은 60 % 정도인데도 몇 %포인트 앞섭니다. 원래 크기에서는 깊이의 대가가 큽니다. 224픽셀 사진 한 장에 VGG-16은 155억 번, AlexNet은 7억 번의 곱셈-덧셈이 필요합니다. 그리고 이미지가 500장이면 2~3 %포인트의 차이는 우연일 수도 있습니다.",
      predict: {
        seen: "VGG, 계산량은 더 적다",
        other: "VGG, 다만 계산량은 더 많다",
        third: "더 큰 AlexNet",
      },
    },
    results: {
      title: "깊이의 성과와 한계",
      body: "신경망 하나로 [[top-5|톱-5(top-5)]] 테스트 오류율 7.0 %를 얻었고, 그에 앞서 ILSVRC-2014에서는 신경망 일곱 개를 합쳐 7.3 %로 2위를 했습니다. 저자들은 [[local-response-normalization|국소 응답 정규화(LRN)]]가 도움이 되지 않았고, 19층에서 오류율이 더 줄지 않았다고 보고했습니다. 더 깊어지려면 다른 아이디어, 곧 ResNet이 필요합니다. 여기에 {{top|답}}이 보이는 작은 신경망은 테스트 이미지 열 장 가운데 아홉 장쯤을 맞힙니다.",
    },
    transfer: {
      title: "다른 과제에도 쓰는 특징",
      body: "신경망을 고정하고 마지막 특징을 [[fine-tuning|미세 조정(fine-tuning)]] 없이 그대로 씁니다. 논문은 이 특징이 다른 데이터에서도 잘 작동함을 보였습니다. 여기서 사진은 [[nearest-neighbours|최근접 이웃(nearest neighbours)]]이 속한 그룹으로 분류됩니다.",
      ask: "{{query|사진}}으로 홍학을 골라 보세요. 나머지 가운데 무엇이 {{nearest|가장 가까울까요}}?",
      predict: {
        seen: "색이 비슷한 달리아",
        other: "같은 새인 펠리컨",
        third: "같은 동물인 말코손바닥사슴",
      },
      answer:
        "달리아입니다. 여기의 VGG는 둘 다 새라고 답합니다. 펠리컨과 가장 가까운 것은 로켓이고, 동물 일곱 마리 가운데 가장 가까운 이웃도 동물인 것은 둘뿐입니다. 열 가지 클래스를 구별하려고 배운 특징은 다른 것들도 그 클래스를 기준으로 늘어놓습니다. 사진을 원하는 대로 {{groups|그룹}}으로 나누어 어떤 그룹이 잘 구별되는지 살펴보세요.",
    },
    carried: {
      title: "특징은 어디까지 통할까?",
      body: "이번에는 이미지 500장으로 제대로 시험합니다. 사진으로만 학습한 신경망으로 손글씨 숫자의 특징을 뽑습니다. 숫자마다 나머지 가운데서 [[nearest-neighbours|최근접 이웃(nearest neighbours)]]을 찾아 투표로 이름을 정하는데, 한 번은 신경망의 {{shares|특징}}으로, 한 번은 {{pixels|픽셀 그대로}} 찾습니다. 무작위로 찍으면 열 개 중 하나를 맞힙니다.",
      ask: "숫자를 가장 잘 표현하는 것은 무엇일까요? 먼저 예상한 뒤 {{measure|측정}}하고, {{images|사진}}으로도 비교해 보세요.",
      answer:
        "픽셀 그대로가 가장 낫습니다. 픽셀로는 다섯 개 중 네 개 넘게 맞히지만, 사진에서 배운 특징으로는 VGG가 절반 정도, ResNet-20이 열 개 중 일곱 개쯤만 맞힙니다. 사진에서는 반대입니다. 픽셀로는 네 장에 한 장꼴로 맞히고, 바로 그런 사진으로 학습한 신경망은 열 장에 아홉 장쯤 맞힙니다. [[pre-training|사전 학습(pre-training)]]은 닮은 대상에 통합니다. 그리고 ImageNet의 사진 120만 장은 여기의 5만 장보다 훨씬 다양한 대상을 닮았습니다.",
      predict: {
        seen: "픽셀 그대로",
        other: "VGG의 특징",
        third: "ResNet의 특징",
      },
    },
  },
  resnet: {
    title: "ResNet (2015)",
    idea: "달라지는 만큼만 배운다: 출력 = F(x) + x.",
    deeper: {
      title: "깊을수록 좋아야 하는데",
      body: "층이 늘 때마다 {{theory|보는 영역}}이 넓어지고 표현력도 커집니다. 비선형성도, 특징의 조합도 늘기 때문입니다. 여기 있는 20층 신경망의 마지막 [[receptive-field|수용 영역(receptive field)]]은 81픽셀로 사진 너비의 두 배가 넘습니다. 그렇다면 백 층을 쌓으면 되지 않을까요?",
    },
    signal: {
      title: "소실과 폭주",
      body: "기울기는 모든 층을 거쳐 되돌아갑니다. 정규화가 없는 일반(plain) 신경망에서는 무작위 가중치가 너무 작으면 [[vanishing-gradient|기울기 소실(vanishing gradient)]]이, 너무 크면 [[exploding-gradient|기울기 폭주(exploding gradient)]]가 일어납니다. {{curves|곡선}}은 학습하기 전의 8층에서 56층까지 신경망에서 측정한 것입니다.",
      ask: "{{gain|가중치 크기}}를 3까지 올려 보세요. 깊은 신경망은 어떻게 되나요? 어떤 값에서 모두 고르게 유지되나요?",
      answer:
        "기울기가 폭주합니다. 2 근처에서는 모든 깊이에서 고르게 유지되는데, 이것이 ReLU에 맞춘 He 초기화, 곧 분산 2/n입니다.",
      predict: {
        seen: "기울기가 폭주한다",
        other: "기울기가 소실된다",
        third: "별로 달라지지 않는다",
      },
    },
    degradation: {
      title: "성능 저하: 뜻밖의 현상",
      body: "좋은 초기화와 [[batch-normalization|배치 정규화(batch normalization)]] 덕분에 깊은 신경망도 학습을 시작할 수 있게 되었습니다. 그런데 논문의 56층 일반(plain) 신경망은 학습 데이터에서조차 20층보다 오류가 컸습니다. [[overfitting|과적합(overfitting)]]이 아니라 [[degradation-problem|성능 저하 문제(degradation problem)]]입니다. 저자들은 정규화 덕분에 신호가 유지되므로 기울기 소실이 원인일 가능성은 낮다고 봅니다. {{curves|그림}}에서도 기울기는 사라지지 않습니다.",
    },
    degrades: {
      title: "성능 저하 직접 보기",
      body: "이번에는 학습 과정을 작은 규모로 지켜봅니다. 배치 정규화를 쓰는 8층과 20층 일반(plain) 신경망을 같은 CIFAR-10 사진 500장(16 × 16픽셀)으로 학습합니다. 첫 층은 논문의 16채널 대신 8채널입니다. {{curves|그래프}}는 학습 손실, 곧 학습에 쓰는 바로 그 사진에서 잰 오차이므로, 여기서 더 나쁘다면 [[overfitting|과적합(overfitting)]] 때문이 아닙니다. {{controls|시작}}을 눌러 보세요. 1~2분 걸립니다.",
      ask: "깊은 신경망은 얕은 신경망을 그대로 따라 하고도 열두 층이 남습니다. 학습 손실이 더 낮게 끝나는 쪽은 어디일까요?",
      predict: {
        seen: "8층 신경망",
        other: "20층 신경망",
        third: "둘 다 비슷하다",
      },
      answer:
        "얕은 쪽입니다. 이것이 [[degradation-problem|성능 저하 문제(degradation problem)]]입니다. 좋은 해가 분명히 있는데도 경사 하강법이 찾아내지 못합니다. 한 번의 결과는 우연일 수 있으므로 시드 열 개로 미리 계산해 두었습니다. 열 번 모두 깊은 일반 신경망의 손실이 더 높았습니다.",
    },
    identity: {
      title: "입력을 그대로 더하기",
      body: "늘어난 층이 아무 일도 하지 않는 법만 배우면, 깊은 신경망도 적어도 얕은 신경망만큼은 할 수 있습니다. 잔차 블록은 바로 그 ‘아무 일도 하지 않기’를 쉽게 만듭니다. 층은 변화량 F(x)만 배우고, x는 [[residual-connection|잔차 연결(residual connection)]]을 통해 그대로 더해집니다. {{cell|칸}}을 골라 보세요. {{formula|수식}}이 마지막 ReLU 앞에서 더해지는 두 숫자를 보여 줍니다.",
      formula: "y는 F x 더하기 x",
    },
    block: {
      title: "잔차 블록",
      body: "배치 정규화가 붙은 3 × 3 합성곱 둘과, 이를 {{stage:layer1.0|건너뛰는 경로}}인 [[residual-connection|잔차 연결(residual connection)]]로 이루어집니다. {{stage:layer2.0|새 스테이지가 시작되어}} 크기가 바뀌는 곳에서는 1 × 1 [[projection-shortcut|투영 지름길(projection shortcut)]]이 x를 맞춰 줍니다(논문의 CIFAR 신경망은 0으로 채우며, 투영이 꼭 필요하지는 않다고 합니다). 50층부터는 [[bottleneck-block|병목 블록(bottleneck block)]] 1 × 1 – 3 × 3 – 1 × 1로 계산을 아낍니다.",
    },
    "skip-off": {
      title: "잔차 연결 끊어 보기",
      body: "학습을 마친 신경망이 지금 여러분의 사진을 보고 있습니다. {{switches|스위치}}를 켤 때마다 [[residual-connection|잔차 연결]]이 하나씩 끊깁니다. F(x)는 남고 x는 사라집니다.",
      ask: "첫 스테이지에서 하나를 끊고 {{top|답}}을 살펴보세요. 다시 잇고 맨 마지막 것을 끊어 보세요. 어느 쪽의 영향이 더 큰가요?",
      answer:
        "앞쪽입니다. 테스트 이미지 전체로 재면, layer1.1의 연결을 끊었을 때 정확도는 무작위로 찍는 것과 큰 차이가 없는 14 %까지 떨어지지만 맨 마지막 연결은 끊어도 거의 차이가 없습니다. 앞쪽 연결은 사진 자체를 뒤의 모든 층에 전달합니다. F(x)는 변화량만 배웠으므로 혼자서는 사진의 정보를 거의 지키지 못합니다.",
      predict: {
        seen: "앞쪽 연결",
        other: "맨 마지막 연결",
        third: "둘 다 비슷하다",
      },
    },
    "block-off": {
      title: "블록 꺼 보기",
      body: "이번에는 반대로 x를 남기고 F(x)를 버립니다. layer2.1이 없어도 테스트 이미지 다섯 장 가운데 네 장은 여전히 맞힙니다. 일반(plain) 신경망이었다면 하나뿐인 경로가 끊겼을 것입니다. 그래서 잔차 신경망을 길이가 다른 여러 경로의 [[ensemble|앙상블(ensemble)]]로 해석하기도 합니다. 크기를 바꾸는 블록은 민감해서, layer2.0을 빼면 대부분 틀립니다.",
    },
    gradients: {
      title: "연결이 있을 때와 없을 때의 기울기",
      body: "배치 정규화를 쓰는 8층에서 56층까지의 신경망을 학습하기 전의 가중치로 측정했습니다. {{plain|일반}} 신경망에서는 [[exploding-gradient|기울기 폭주(exploding gradient)]]가 일어나, 56층이면 첫 층의 기울기가 마지막 층의 수천 배에 이릅니다. [[residual-connection|잔차 연결(residual connection)]]이 있으면 {{residual|수식의 1}} 덕분에 기울기가 곧바로 되돌아갈 길이 생겨 곡선이 훨씬 평평합니다. 다만 이것은 학습을 시작할 때의 모습이며, 논문이 성능 저하를 설명하는 방식은 아닙니다.",
      formula: "L의 x에 대한 미분은, L의 y에 대한 미분 곱하기, 1 더하기 F의 x에 대한 미분",
    },
    learns: {
      title: "학습 도중에 잔차 연결을 더하면",
      body: "같은 사진으로 이번에는 [[residual-connection|잔차 연결(residual connection)]]이 없는 20층 신경망과 있는 20층 신경망을 학습합니다. 없는 쪽이 뒤처집니다. 그러나 두 신경망은 가중치의 모양이 같아서, 학습 도중에 {{controls|스위치}}로 연결만 더해 줄 수 있습니다. 그 뒤의 {{curves|곡선}}을 지켜보세요.",
      ask: "60스텝쯤 지났을 때 일반 신경망에 잔차 연결을 더해 보세요. 학습 손실은 어떻게 될까요?",
      predict: {
        seen: "잔차 신경망처럼 줄어들기 시작한다",
        other: "치솟아 내려오지 않는다",
        third: "더는 달라지지 않는다",
      },
      answer:
        "줄어듭니다. 이 시드에서는 백 스텝 만에 2.2에서 1.3 아래로 내려와 잔차 신경망을 거의 따라잡습니다. 층이 더 똑똑해진 것이 아니라, 이제는 입력에 더할 변화량만 배우면 되기 때문입니다. 네 신경망이 시드 열 개에서 어떻게 끝나는지는 그림 아래에 있습니다.",
    },
    results: {
      title: "깊은 신경망의 시대",
      body: "ImageNet에서 18층을 34층으로 늘리자 일반 신경망은 나빠지고(오류율 27.94 → 28.54 %) 잔차 신경망은 좋아졌습니다(27.88 → 25.03 %). 여섯 개를 묶은 [[ensemble|앙상블(ensemble)]]의 [[top-5|톱-5(top-5)]] 오류율은 3.57 %였습니다. 1,202층도 학습할 수 있었지만 CIFAR-10에서는 [[overfitting|과적합(overfitting)]]이 일어났습니다. 그러면 여기의 작은 신경망들은 어떨까요? {{accuracy|얼마나 맞히는지}}, {{parameters|매개변수}}와 [[multiply-add|곱셈-덧셈(multiply-add)]]은 얼마나 되는지 비교합니다.",
      ask: "{{model:resnet20_cifar10|ResNet-20}}은 매개변수가 셋 가운데 가장 적고, 차이도 큽니다. 성적은 어떨까요? {{measure|측정해 보세요}}.",
      predict: {
        seen: "VGG 못지않다",
        other: "셋 중 가장 낮다",
        third: "AlexNet과 VGG 사이",
      },
      answer:
        "VGG에 뒤지지 않습니다. 매개변수는 VGG의 3분의 1을 조금 넘을 뿐입니다. 큰 완전 연결층 대신 평균을 내고, 가중치가 거의 모두 3 × 3 커널에 있기 때문입니다. 그러나 가중치가 적다고 계산이 적은 것은 아닙니다. 커널 하나하나를 모든 위치에 적용하므로, 곱셈-덧셈은 VGG의 1.5배쯤 됩니다.",
    },
  },
  ...transformers,
};
