// The lessons' texts, in Korean. Same keys as lessons.en.js. [[term|words]] links to the glossary, {{part|words}} to the figure.
export default {
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
      body: "{{heads|헤드}}마다 평균적으로 얼마나 멀리 볼까요? 논문에 따르면 [[multi-head-attention|멀티 헤드 어텐션(multi-head attention)]]의 일부 헤드는 가장 낮은 층에서 이미 전체를 보고, 다른 헤드는 가까운 곳에 머물며, 거리는 깊이와 함께 늘어납니다. CNN의 [[receptive-field|수용 영역(receptive field)]]({{against|선}})은 조금씩 넓어져야 합니다. 작은 사진으로 짧게 학습한 여기의 신경망은 대부분의 헤드가 멀리 봅니다.",
    },
    patches: {
      title: "사진 자르기",
      body: "H × W픽셀, C채널의 사진이 N개의 [[patch|패치(patch)]]가 되고, 패치마다 P²·C개의 숫자로 펼쳐집니다. ViT-B/16은 224픽셀 사진을 {{count|196개}}로 자르고, 여기의 작은 신경망은 32픽셀을 4 × 4 패치 64개로 자릅니다.",
      formula:
        "H 곱하기 W 곱하기 C 차원의 실수 공간에 있는 x가 N 곱하기 P 제곱 C 차원의 x p가 된다. N은 P 제곱 분의 H W",
      ask: "{{slider|패치 크기}}를 8로 골라 보세요. N은, 그리고 어텐션이 비교하는 쌍의 수는 어떻게 되나요?",
      answer: "패치 크기가 절반이 되면 패치는 네 배, 쌍은 열여섯 배가 됩니다. 세밀함의 대가입니다.",
      predict: {
        seen: "4 × 4일 때보다 N은 4분의 1, 쌍은 16분의 1",
        other: "둘 다 절반",
        third: "둘 다 그대로",
      },
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
      predict: {
        seen: "뚜렷이 나빠지지만 찍는 것보다는 훨씬 낫다",
        other: "거의 나빠지지 않는다",
        third: "찍는 수준이 된다",
      },
    },
    encoder: {
      title: "인코더 블록의 내부",
      body: "사진이 첫 번째 [[encoder-block|인코더 블록(encoder block)]]을 지나는 과정을 실제 값으로 보여 줍니다. 패치는 [[token|토큰(token)]] 65개의 시퀀스가 됩니다. [[self-attention|셀프 어텐션(self-attention)]]에서 각 토큰은 묻고(Q), 비교되고(K), 읽힙니다(V). 그 뒤 MLP가 토큰을 하나씩 처리합니다. {{play|재생}}하거나 {{step|장면별로}} 넘겨 보고, 다른 {{query|패치}}와 다른 {{heads|헤드}}도 골라 보세요.",
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
    larger: {
      title: "더 큰 사진에서",
      body: "학습된 두 신경망에 사진을 128픽셀로 넣었습니다. Swin은 64 × 64, 32 × 32, 16 × 16의 {{grid|세 가지 크기}}로 맵을 내놓으므로(전체 크기 Swin은 네 가지) 작은 물체도 자기 칸을 가집니다. ViT의 [[feature-map|특성 맵(feature map)]]은 32 × 32 하나뿐입니다. {{size|크기}}를 바꾸며 [[multiply-add|곱셈-덧셈(multiply-add)]]을 비교해 보세요. 32픽셀에서 128픽셀로 가면 Swin은 픽셀 수만큼 16배, ViT는 40배 넘게 늘어납니다.",
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
      body: "이제 빈자리를 학습한 [[mask-token|마스크 토큰(mask token)]] 하나로 똑같이 채웁니다. 어느 자리인지는 [[position-embedding|위치 임베딩(position embedding)]]만이 알려 줍니다. 가벼운 디코더(논문은 너비 512의 8블록, 여기는 너비 96의 3블록)가 패치마다 픽셀을 예측합니다. {{play|재생}}하거나 {{step|한 장면씩}} 넘기며 복사본 48개가 들어가는 것을 보세요. 학습이 끝나면 디코더는 버립니다. 원한 것은 인코더였습니다.",
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
      predict: {
        seen: "아니다. 배경이 그 위로 자란다",
        other: "꽤 정확하게 되살아난다",
        third: "다른 곳에 되살아난다",
      },
    },
    ratios: {
      title: "25, 50, 75, 90 %",
      body: "[[mask-ratio|마스크 비율(mask ratio)]]이 낮으면 빈 곳이 작아 가까운 {{visible|픽셀}}만으로도 거의 채워집니다. 테스트 이미지로 재면 25 %일 때의 손실은 75 %일 때의 절반이고, 90 %에서는 다시 훨씬 커집니다. BERT는 단어의 15 %를 가리지만, 사진은 중복이 많아 논문에서는 75 %가 가장 좋았습니다.",
      ask: "비율을 25 %에서 90 %까지 올려 보세요. {{reconstruction|무엇인지}} 알아볼 수 없게 되는 때는 언제인가요?",
      answer:
        "그림은 서서히 흐려지고, 무엇인지는 늦게까지 알아볼 수 있습니다. 문제가 너무 쉬우면 배우는 것이 적습니다. 75 %에서는 베끼는 것만으로 채울 수 없어서 사물이 어떻게 생겼는지 알아야 합니다.",
      predict: {
        seen: "늦게. 75 %에서도 알아볼 때가 많다",
        other: "25 %에서 벌써",
        third: "끝까지 알아볼 수 있다",
      },
    },
    saving: {
      title: "가려서 아끼는 것",
      body: "토큰이 적으면 할 일도 적습니다. 어텐션은 토큰 수의 제곱에 따르므로 인코더의 [[multiply-add|곱셈-덧셈(multiply-add)]]은 보이는 비율보다 조금 더 빨리 줄어듭니다. {{macs|선}}은 센 값이고 {{measured|점}}은 [[mask-ratio|마스크 비율(mask ratio)]]마다 지금 잰 값입니다. 논문의 사전 학습은 ViT-L에서 2.8배, 한 블록짜리 디코더를 쓴 ViT-H에서 4.1배까지 빨라졌습니다.",
    },
    learns: {
      title: "보는 법을 배우는 모습",
      body: "작은 MAE가 무작위 가중치에서 출발해 CIFAR-10 사진 5,000장으로, 매번 다른 패치를 가린 채 배웁니다. {{curves|곡선}}은 [[reconstruction-loss|재구성 손실]]입니다. {{held-out|그 아래}}에서는 한 번도 배우지 않는 이미지 세 장을 늘 같은 4분의 3만큼 가려 놓고 되살립니다. 처음에는 온통 회색이다가, 여든 스텝쯤 지나면 사진만큼 밝거나 어두워집니다. 모양까지 되살리려면 이 강의의 신경망처럼 더 오래 학습해야 합니다. 학습하는 동안 {{controls|슬라이더}}로 [[mask-ratio|마스크 비율]]을 바꿔 보세요. 신경망이 아니라 문제가 바뀌었으므로 손실이 곧바로 움직입니다.",
    },
    learned: {
      title: "레이블 없이 배운 것",
      body: "여기서는 인코더가 사진 전체를 봅니다. {{query|패치}}를 눌러 어느 패치를 {{map|읽는지}} 보세요. 빈 곳을 채우려면 무엇과 무엇이 함께 있는지 알아야 합니다. 이것이 [[self-supervised-learning|자기지도 학습(self-supervised learning)]]입니다. 다만 작은 신경망이니 [[self-attention|셀프 어텐션(self-attention)]]을 조심스럽게 해석해 주세요.",
    },
    use: {
      title: "어디에 쓰나",
      body: "인코더를 남겨 레이블로 이어서 학습합니다. 이것이 [[fine-tuning|미세 조정(fine-tuning)]]이고, ViT-H는 ImageNet-1K 이미지만으로 87.8 %에 이르렀습니다. 고정한 채로 쓰면 특징이 더 약해서 [[linear-probing|선형 프로빙(linear probing)]] 결과가 뚜렷이 낮습니다. 직접 해 보세요. 사진을 {{groups|그룹}}으로 나누어 [[nearest-neighbours|최근접 이웃(nearest neighbours)]]을 살펴보고 DINO와 비교해 보세요. 두 방법 모두 ‘학습’ 화면에서 내 사진으로 해 볼 수 있습니다.",
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
    trails: {
      title: "교사는 얼마나 뒤처져 따라가나",
      body: "DINO가 학습하는 모습입니다. 블록 두 개짜리 학생과 교사가 무작위 가중치에서 출발해 사진 2,000장을 봅니다. {{curves|그래프}}는 교사의 가중치가 학생에게서 얼마나 떨어져 있는지를 가중치 크기에 대한 비율로 보여 줍니다. [[exponential-moving-average|지수 이동 평균]]이므로 늘 뒤처지지만 멀리 떨어지지는 않아, 여기서는 몇 퍼센트입니다. 짧은 학습이라 논문보다 빨리 따라가도록 λ = 0.98을 씁니다. 최근접 이웃으로 잰 둘의 정확도 같은 다른 값도 측정되는 대로 골라 볼 수 있습니다.",
      ask: "{{controls|시작}}하고 스무 스텝쯤 뒤에 교사의 모멘텀 λ를 0으로 내려 보세요. 거리는 어떻게 될까요?",
      predict: {
        seen: "곧바로 0이 된다",
        other: "커진다",
        third: "천천히 줄어든다",
      },
      answer:
        "λ = 0이면 스텝마다 학생을 그대로 복사하므로 거리가 없어집니다. λ = 1이면 교사는 제자리에 서 있고 학생만 멀어집니다. 그 사이에서는 지나온 여러 학생의 평균이 되어, 교사가 요구하는 답이 스텝마다 흔들리지 않습니다.",
    },
    collapse: {
      title: "센터링과 샤프닝",
      body: "아직은 모든 사진에 같은 답을 내도 막을 것이 없습니다. 이것이 [[collapse|붕괴(collapse)]]입니다. [[centering|센터링(centering)]]은 이동 평균 c를 빼서 한 출력이 늘 이기지 못하게 하지만, 혼자서는 균일한 답으로 밀어냅니다. 낮은 [[temperature|온도(temperature)]]를 쓰는 [[sharpening|샤프닝(sharpening)]]은 그 반대이고, 둘이 균형을 이룹니다. 붕괴 자체는 학습 중에 일어나는 일이고, 여기서는 각 조절이 두 뷰의 값을 어떻게 움직이는지 봅니다.",
      formula: "P t는, 타우 t 분의 g t 빼기 c의 소프트맥스",
      ask: "{{centering|센터링}}을 켰다 꺼 보고, {{temperature|온도}}를 0.5까지 올려 보세요. {{entropy|엔트로피}}가 어떻게 되나요?",
      answer:
        "최댓값의 98 % 이상까지 올라갑니다. 모든 출력의 확률이 거의 같아져 교사가 아무것도 말하지 않게 됩니다. 학생은 0.1을, 교사는 더 낮은 0.04에서 0.07을 씁니다.",
      predict: {
        seen: "최댓값을 향해 올라간다",
        other: "0으로 떨어진다",
        third: "그대로다",
      },
    },
    collapses: {
      title: "붕괴시키고 되살리기",
      body: "같은 학습에서 이번에는 사진 한 장에 대한 교사의 답의 {{curves|엔트로피}}를, 가능한 최댓값에 대한 비율로 봅니다. 100 %면 모든 출력의 확률이 같고, 0 %면 출력 하나가 전부를 차지합니다. 둘 다 [[collapse|붕괴]]입니다. 손실은 줄어드는데 배우는 것은 없습니다. {{controls|스위치}}로 [[centering|센터링]]이나 [[sharpening|샤프닝]]을 끄고 지켜본 다음 다시 켜 보세요.",
      ask: "{{controls|시작}}하고 서른 스텝쯤 뒤에 센터링을 꺼 보세요. 엔트로피는 어디로 가나요? 다시 서른 스텝 뒤에 켜고, 다음에는 샤프닝을 꺼 보세요.",
      predict: {
        seen: "0 % 쪽으로",
        other: "100 % 쪽으로",
        third: "가운데에 머문다",
      },
      answer:
        "센터링을 끄면 열 스텝 만에 10 % 안팎, 이어서 3 %까지 떨어집니다. 출력 하나가 나머지를 압도하는 것입니다. 다시 켜면 바로 올라갑니다. 샤프닝을 끄면 100 %로 뛰고, 서로 다를 것이 없어진 학생과 교사의 발산은 0에 가까워집니다. 샤프닝을 다시 켜면 내려옵니다. 하나는 다른 하나가 혼자 일으키는 붕괴를 막아 줍니다.",
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
      body: "고정한 특징과 [[nearest-neighbours|최근접 이웃(nearest neighbours)]] 20개의 투표만으로 논문의 ViT-S/8은 ImageNet에서 78.3 %를, B/8의 [[linear-probing|선형 프로빙(linear probing)]]은 80.1 %를 얻었습니다. 레이블을 본 적 없는 여기의 작은 신경망도, 함께 들어 있는 레이블 붙은 특징 2,000개와 비교해 테스트 이미지 다섯 장 가운데 두 장꼴로 맞힙니다(찍으면 열 장에 한 장). 사진을 {{groups|그룹}}으로 나누어 직접 해 보세요. ‘학습’ 화면에서는 같은 그룹으로 이 특징에 선형 프로브를 학습시키거나 ResNet-20 전체를 미세 조정할 수 있습니다.",
    },
    many: {
      title: "열세 장이 아니라 오백 장으로",
      body: "사진 몇 장을 나눠 본 것만으로는 설득력이 없습니다. 여기서는 테스트 이미지 500장 각각의 이름을 나머지 499장 가운데 [[nearest-neighbours|최근접 이웃(nearest neighbours)]] 20장이 정합니다. 특징은 [[fine-tuning|미세 조정(fine-tuning)]] 없이 그대로 쓰고, 레이블은 투표할 때만 씁니다. {{model:dino_vit_cifar10|DINO}}와 {{model:mae_vit_cifar10|MAE}}, 그리고 {{pixels|픽셀 그대로}}를 견줍니다.",
      ask: "두 신경망 모두 레이블 없이 학습했습니다. 셋의 순서는 어떻게 될까요? {{measure|측정해 보세요}}.",
      answer:
        "DINO가 3분의 1 넘게 맞혀 1위입니다. MAE는 네 장에 한 장을 맞히는 픽셀보다 조금 나을 뿐입니다. 논문의 결과가 작은 규모로 다시 나타납니다. DINO의 특징은 그대로 쓸 수 있고, MAE의 특징은 미세 조정을 해야 힘을 냅니다.",
      predict: {
        seen: "DINO, MAE, 픽셀",
        other: "MAE, DINO, 픽셀",
        third: "픽셀, DINO, MAE",
      },
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
