// The lessons' texts, in Korean. Same keys as lessons.en.js. [[term|words]] links to the glossary, {{part|words}} to the figure.
export default {
  vit: {
    title: "비전 트랜스포머 ViT (2020)",
    idea: "이미지는 패치로 된 문장이다.",
    look: {
      title: "단어에서 패치로",
      body: "트랜스포머는 본래 문장을 처리하기 위한 구조입니다. [[token|토큰(token)]]은 저마다 [[self-attention|셀프 어텐션(self-attention)]]으로 어느 토큰을 읽을지 정합니다. 여기서는 사진의 패치가 토큰입니다. 그림은 맨 첫 블록인데, {{query|고른 패치}}는 벌써 사진의 {{map|어디든}} 읽을 수 있습니다.",
      formula: "어텐션은, 루트 d 분의 Q 곱하기 K 전치의 소프트맥스, 곱하기 V",
      ask: "다른 {{query|패치}}를 눌러 보세요. 이 헤드는 얼마나 멀리 보나요?",
      predict: {
        seen: "사진 전체를 본다",
        other: "이웃한 패치만 본다",
        third: "그 패치 자신만 본다",
      },
      answer:
        "사진 전체를 봅니다. 읽는 곳까지의 거리는 평균 네 패치, 사진 너비의 절반입니다. 구조가 그렇게 정해 준 것은 아닙니다. 어텐션 가중치는 토큰의 내용에 따라 정해지고, 먼 패치도 이웃과 똑같이 쉽게 읽을 수 있습니다.",
    },
    distance: {
      title: "첫 층부터 멀리 본다",
      body: "{{heads|헤드}}마다 평균적으로 얼마나 멀리 볼까요? 논문에 따르면 [[multi-head-attention|멀티 헤드 어텐션(multi-head attention)]]의 일부 헤드는 맨 아래 층에서 이미 사진 전체를 보고 나머지는 가까운 곳만 보며, 거리는 층이 깊어질수록 늘어납니다. CNN의 [[receptive-field|수용 영역(receptive field)]]({{against|선}})은 층마다 조금씩 넓어질 뿐입니다. 작은 사진으로 짧게 학습한 여기의 신경망에서는 대부분의 헤드가 멀리 봅니다.",
    },
    patches: {
      title: "사진 자르기",
      body: "H × W픽셀, C채널의 사진을 N개의 [[patch|패치(patch)]]로 자르고, 패치마다 P²·C개의 숫자로 펼칩니다. ViT-B/16은 224픽셀 사진을 패치 {{count|196개}}로 자르고, 여기의 작은 신경망은 32픽셀 사진을 4 × 4 패치 64개로 자릅니다.",
      formula:
        "H 곱하기 W 곱하기 C 차원의 실수 공간에 있는 x가 N 곱하기 P 제곱 C 차원의 x p가 된다. N은 P 제곱 분의 H W",
      ask: "{{slider|패치 크기}}를 8로 골라 보세요. N은, 그리고 어텐션이 비교하는 쌍의 수는 어떻게 되나요?",
      answer:
        "4 × 4일 때와 비교하면 패치는 4분의 1, 쌍은 16분의 1로 줄어듭니다. 거꾸로 패치를 절반 크기로 자르면 쌍이 열여섯 배로 늘어납니다. 자세히 보는 데 드는 비용입니다.",
      predict: {
        seen: "4 × 4일 때보다 N은 4분의 1, 쌍은 16분의 1",
        other: "둘 다 절반",
        third: "둘 다 그대로",
      },
    },
    projection: {
      title: "패치를 토큰으로",
      body: "모든 패치가 같은 선형 변환 하나, 곧 [[patch-embedding|패치 임베딩(patch embedding)]]을 거칩니다. 숫자 4 × 4 × 3 = 48개가 숫자 128개로 된 [[token|토큰(token)]]이 됩니다. {{formula|수식}}은 그 가운데 {{cell|값 하나}}를 보여 줍니다. 코드에서는 스트라이드가 커널 크기와 같은 합성곱으로 구현합니다.",
    },
    position: {
      title: "어디에 있던 패치일까?",
      body: "어텐션은 순서를 알지 못하므로, 학습한 [[position-embedding|위치 임베딩(position embedding)]]을 토큰마다 더합니다. 임베딩에는 1부터 64까지 번호만 있을 뿐, 행과 열은 아무도 알려 주지 않았습니다. ViT는 그만큼 [[inductive-bias|귀납적 편향(inductive bias)]]이 적습니다. {{maps|작은 맵}} 하나하나는 한 위치의 벡터가 다른 위치의 벡터와 얼마나 비슷한지 보여 줍니다. 이웃, 행, 열의 구조를 찾아보세요.",
    },
    shuffle: {
      title: "위치를 섞으면",
      body: "사진은 그대로 두고, 토큰에 엉뚱한 [[position-embedding|위치 임베딩(position embedding)]]을 더하거나 아예 더하지 않습니다.",
      ask: "{{switches|스위치}}를 켜 보세요. {{top|답}}이 얼마나 나빠지나요?",
      answer:
        "위치를 빼거나 섞으면 고양이가 더는 고양이로 보이지 않습니다. 사진 한 장으로는 판단하기 어려우니 테스트 이미지 500장으로 잰 결과를 봅니다. 모두 그대로 두면 약 68%, 위치를 빼면 53%, 섞으면 50% 정도를 맞힙니다. 배치는 분명히 중요합니다. 그러나 무작위로 찍으면 10%임을 생각하면, 클래스의 단서는 대부분 패치의 내용에 있습니다. 입구에서 클래스 토큰의 학습된 값을 지워도 정확도가 별로 떨어지지 않는 것은, 그 자리가 여전히 패치에서 정보를 모으기 때문입니다.",
      predict: {
        seen: "뚜렷이 나빠지지만 무작위로 찍는 것보다는 훨씬 낫다",
        other: "거의 나빠지지 않는다",
        third: "무작위로 찍는 수준이 된다",
      },
    },
    encoder: {
      title: "인코더 블록의 내부",
      body: "사진이 첫 [[encoder-block|인코더 블록(encoder block)]]을 지나는 과정을 실제 값으로 보여 줍니다. 패치는 [[token|토큰(token)]] 65개의 시퀀스가 됩니다. [[self-attention|셀프 어텐션(self-attention)]]에서 토큰은 저마다 질문(Q)을 던지고, 다른 토큰의 키(K)와 비교해, 값(V)을 읽어 옵니다. 그 뒤 MLP가 토큰을 하나씩 따로 처리합니다. {{play|재생}}하거나 {{step|장면별로}} 넘겨 보고, 다른 {{query|패치}}와 다른 {{heads|헤드}}도 골라 보세요.",
    },
    blocks: {
      title: "인코더, 블록마다",
      body: "[[encoder-block|인코더 블록(encoder block)]]에서 토큰은 먼저 어텐션으로 정보를 주고받고, 이어서 MLP가 토큰을 하나씩 처리합니다. 둘 다 앞에 [[layer-normalization|층 정규화(layer normalization)]]가 있고, [[residual-connection|잔차 연결(residual connection)]]이 건너뜁니다. 모든 블록이 같은 흐름에 결과를 더해 나가므로 {{stages|블록마다}} 마지막 분류기에 답을 물어볼 수 있습니다. {{top|답}}이 만들어지는 과정을 보세요.",
      formula:
        "z 프라임은 z의 층 정규화의 멀티 헤드 셀프 어텐션 더하기 z, z 더블 프라임은 z 프라임의 층 정규화의 MLP 더하기 z 프라임",
    },
    "class-token": {
      title: "답을 맡은 토큰",
      body: "어느 패치에도 속하지 않는 토큰이 하나 더 있습니다. 학습한 [[class-token|클래스 토큰(class token)]]입니다. 클래스 토큰은 어텐션으로 필요한 정보를 모으고, 분류기는 {{query|이 토큰}}만 읽습니다. 마지막 블록 뒤에서 이 토큰을 비우면 정확도는 무작위로 찍는 수준이 됩니다. {{map|맵}}은 클래스 토큰이 마지막 블록에서 무엇을 읽는지 보여 줍니다. [[multi-head-attention|멀티 헤드 어텐션(multi-head attention)]]의 {{heads|헤드}}들을 비교해 보세요.",
    },
    data: {
      title: "데이터가 많이 필요한 신경망",
      body: "합성곱에는 이웃은 중요하고 위치는 중요하지 않다는 가정이 처음부터 들어 있습니다. 이런 [[inductive-bias|귀납적 편향(inductive bias)]]이 있으면 적은 데이터로도 배울 수 있습니다. 논문에서 ImageNet만으로 [[pre-training|사전 학습(pre-training)]]하면 ResNet이 앞서지만, 데이터가 더 많아지면 ViT가 앞섭니다. ViT-H/14는 이미지 3억 장으로 학습해 88.55%에 이르렀습니다. CIFAR-10의 작은 사진 5만 장으로는, ResNet을 교사로 삼아 [[knowledge-distillation|지식 증류(knowledge distillation)]]를 해도 {{model:vit_cifar10|여기의 ViT}}가 {{model:resnet20_cifar10|ResNet}}에 미치지 못합니다. 래브라도도 개로 알아보지 못합니다.",
    },
  },
  swin: {
    title: "Swin 트랜스포머 (2021)",
    idea: "이동하는 지역 윈도우 안에서 어텐션을 계산하고, 여러 해상도로 쌓는다.",
    hierarchy: {
      title: "다시 피라미드로",
      body: "Swin은 작은 [[patch|패치(patch)]](논문에서는 4 × 4픽셀, 여기서는 2 × 2픽셀)로 시작해 점차 합쳐 갑니다. {{shapes|크기}}를 따라가 보세요. [[token|토큰(token)]]이 {{stage:layers.0|16 × 16}}, {{stage:layers.1|8 × 8}}, {{stage:layers.2|4 × 4}}로 줄고 채널은 48, 96, 192로 늘어납니다. CNN의 피라미드 안에 어텐션을 넣은 셈입니다.",
    },
    merge: {
      title: "패치 병합",
      body: "[[patch-merging|패치 병합(patch merging)]]은 {{window|이웃한 2 × 2 토큰}}의 숫자 4C개를 이어 붙여 정규화한 뒤, 선형 변환으로 2C개로 줄입니다. 토큰 수는 4분의 1이 되고 토큰의 너비는 두 배가 됩니다. {{cell|칸}} 하나의 {{formula|수식}}을 확인해 보세요.",
    },
    windows: {
      title: "윈도우 안의 어텐션",
      body: "토큰을 {{windows|윈도우}}로 나누고, [[self-attention|셀프 어텐션(self-attention)]]을 그 안에서만 계산합니다. 이것이 [[window-attention|윈도우 어텐션(window attention)]]입니다. 논문의 윈도우는 7 × 7 토큰, 여기는 4 × 4 토큰입니다. 패치를 눌러 보세요. {{attention|어텐션}}이 윈도우의 경계에서 끝납니다.",
    },
    shift: {
      title: "윈도우 옮기기",
      body: "윈도우가 늘 제자리에 있으면 한 스테이지 안에서는 어떤 정보도 경계를 넘지 못합니다. 그래서 두 블록마다 한 번씩 윈도우 절반만큼 {{shift|옮긴}} [[shifted-window|이동 윈도우(shifted window)]]를 씁니다. 논문에서는 그 덕분에 Swin-T의 정확도가 80.2%에서 81.3%로 올랐습니다.",
      ask: "같은 스테이지의 블록 1로 돌아가 비교해 보세요. 만나지 못하던 어떤 패치들이 이제 만날 수 있나요?",
      answer:
        "경계의 양쪽에 있던 패치들입니다. 두 블록을 거치면 정보가 옆 윈도우로 건너가고, 블록과 병합을 몇 번 더 거치면 사진 반대편까지 닿습니다.",
      predict: {
        seen: "윈도우 경계의 양쪽에 있던 패치들",
        other: "사진의 어느 두 패치든",
        third: "서로 다른 윈도우의 같은 자리에 있는 패치들",
      },
    },
    mask: {
      title: "순환 이동과 마스크",
      body: "윈도우 격자를 옮기면 가장자리에 작은 윈도우가 생겨 윈도우 수가 늘어납니다. Swin은 그 대신 맵을 [[cyclic-shift|순환 이동(cyclic shift)]]해 윈도우 수를 그대로 유지합니다. 그러면 반대쪽 가장자리에 있던 토큰이 한 윈도우에 들어오므로, {{mask|마스크}}로 그런 쌍의 점수에 큰 음수를 더해 [[softmax|소프트맥스(softmax)]] 뒤에는 서로 보이지 않게 합니다. 마지막 스테이지에서는 윈도우 하나가 맵 전체를 덮으므로 옮기지 않습니다.",
    },
    bias: {
      title: "상대 위치마다 편향 하나",
      body: "Swin은 어텐션 점수마다 학습한 [[relative-position-bias|상대 위치 편향(relative position bias)]]을 더합니다. 두 토큰의 상대 위치로만 정해지는 값입니다. M × M 윈도우에는 상대 위치가 (2M − 1)²가지이므로, 여기서는 헤드마다 7 × 7 = 49개입니다. {{bias|맵}}에서 헤드마다 어디를 선호하도록 학습되었는지, 자기 자신인지, 같은 행인지, 한쪽 방향인지 볼 수 있습니다.",
      formula: "어텐션은, 루트 d 분의 Q 곱하기 K 전치, 더하기 B의 소프트맥스, 곱하기 V",
    },
    cost: {
      title: "제곱이 아니라 선형",
      body: "전역 어텐션은 모든 쌍을 비교하므로 [[multiply-add|곱셈-덧셈(multiply-add)]] 횟수가 토큰 수의 제곱으로 늘고, [[window-attention|윈도우 어텐션(window attention)]]은 토큰 수에 비례합니다. 논문의 식에 56 × 56 토큰(C = 96, M = 7)을 넣으면 20억 대 1억 4,500만 번입니다. {{macs|선}}은 식으로 구한 값이고, {{measured|점}}은 한 번 예비 실행한 뒤 이 기기에서 잰 시간입니다.",
      formula:
        "오메가 MSA는 4 h w C 제곱 더하기 2 곱하기 h w의 제곱 곱하기 C, 오메가 윈도우 MSA는 4 h w C 제곱 더하기 2 M 제곱 h w C",
    },
    scales: {
      title: "여러 해상도의 특징",
      body: "스테이지가 셋이므로 [[feature-map|특성 맵(feature map)]]의 크기도 세 가지입니다. 해상도가 높은 맵에는 어디인지가, 낮은 맵에는 무엇인지가 담깁니다. ViT는 처음부터 끝까지 한 가지 크기입니다. 둘 다 필요한 시스템은 이런 [[backbone|백본(backbone)]]의 모든 스테이지에서 맵을 가져다 씁니다.",
    },
    larger: {
      title: "더 큰 사진에서",
      body: "학습을 마친 두 신경망에 사진을 128픽셀로 넣었습니다. Swin은 64 × 64, 32 × 32, 16 × 16의 {{grid|세 가지 크기}}로 맵을 내놓으므로(원래 크기의 Swin은 네 가지) 작은 물체도 따로 칸을 차지합니다. ViT의 [[feature-map|특성 맵(feature map)]]은 32 × 32 하나뿐입니다. {{size|크기}}를 바꾸며 [[multiply-add|곱셈-덧셈(multiply-add)]]을 비교해 보세요. 32픽셀에서 128픽셀로 가면 Swin은 픽셀 수만큼 16배, ViT는 40배 넘게 늘어납니다.",
    },
    "dense-tasks": {
      title: "검출과 분할에 Swin이 알맞은 까닭",
      body: "작은 새를 찾으려면 해상도가 높은 맵이 필요하고, 큰 사진을 다루려면 계산량이 급격히 늘지 않아야 합니다. 논문은 Swin을 [[backbone|백본(backbone)]]으로 써서 COCO에서 박스 AP 58.7, ADE20K에서 mIoU 53.5를 얻었고, ImageNet에서 Swin-L의 정확도는 87.3%입니다. 여기의 [[class-activation-map|클래스 활성화 맵(class activation map)]]은 작은 신경망이 {{map|어디서}} 근거를 찾았는지 대략 보여 줍니다. 분할 신경망이라면 해상도가 더 높은 스테이지를 써서 이를 다듬습니다.",
    },
  },
  mae: {
    title: "마스크드 오토인코더 MAE (2021)",
    idea: "사진의 4분의 3을 가리고, 그 픽셀을 되살리며 보는 법을 배운다.",
    hide: {
      title: "빈 곳 채우기",
      body: "신경망은 사진에서 무작위로 고른 {{visible|4분의 1의 패치}}만 받습니다. [[masked-autoencoder|마스크드 오토인코더(masked autoencoder)]]는 나머지의 {{reconstruction|픽셀}}을 알아맞혀야 합니다. 가린 [[patch|패치(patch)]]가 곧 정답이므로 레이블이 필요 없습니다. 여기의 작은 신경망은 32 × 32픽셀을 다루므로 대강의 모양과 색만 기대할 수 있습니다.",
    },
    encoder: {
      title: "보이는 것만 계산하기",
      body: "{{stage:vit|인코더}}는 [[encoder-block|인코더 블록(encoder block)]]으로 된 ViT지만 보이는 패치만 받습니다. 논문은 196개 중 49개, 여기는 64개 중 16개입니다. [[mask-token|마스크 토큰(mask token)]]은 넣지 않습니다. 논문에서 넣어 보니 사전 학습의 계산량은 3.3배가 되고 특징은 오히려 나빠졌습니다(선형 프로빙 73.5 → 59.6%).",
    },
    decoder: {
      title: "마스크 토큰은 디코더에서",
      body: "이제 빈자리를 모두 학습된 벡터 하나, 곧 [[mask-token|마스크 토큰(mask token)]]의 복사본으로 채웁니다. 어느 자리인지는 [[position-embedding|위치 임베딩(position embedding)]]만이 알려 줍니다. 가벼운 디코더(논문은 너비 512의 8블록, 여기는 너비 96의 3블록)가 패치마다 픽셀을 예측합니다. {{play|재생}}하거나 {{step|한 장면씩}} 넘기며 복사본 48개가 들어가는 것을 보세요. 학습이 끝나면 디코더는 버립니다. 얻으려던 것은 인코더입니다.",
    },
    loss: {
      title: "어디가 틀렸나",
      body: "[[reconstruction-loss|재구성 손실(reconstruction loss)]]은 가린 패치의 집합 M에서만 잰 제곱 {{error|오차}}의 평균입니다. 보이는 패치를 베껴 봐야 손실은 줄지 않습니다. 논문에서는 픽셀을 패치마다 정규화하면 결과가 더 좋았습니다(84.9 → 85.4%). 여기서는 눈으로 보기 쉽게 픽셀을 그대로 예측합니다.",
      formula: "L은 M의 크기 분의 1 곱하기, M에 속한 i에 대한 예측한 x i와 x i의 차의 제곱의 합",
    },
    paint: {
      title: "직접 가려 보기",
      body: "이 신경망은 무작위 마스크로만 학습했습니다. 여러분은 더 짓궂게 가릴 수 있습니다. [[masked-autoencoder|마스크드 오토인코더(masked autoencoder)]]가 구멍을 채울 단서는 그 둘레뿐입니다.",
      ask: "{{visible|사진}}에서 가장 중요한 것을 칠해 가려 보세요. {{reconstruction|되살아나나요}}?",
      answer:
        "일부가 드러나 있으면 대강의 모양이 되살아나기도 합니다. 전부 가리면 그 자리가 배경으로 채워집니다. 아무 흔적도 남지 않은 것은 알아낼 수 없습니다.",
      predict: {
        seen: "아니다. 배경으로 채워진다",
        other: "꽤 정확하게 되살아난다",
        third: "다른 곳에 되살아난다",
      },
    },
    ratios: {
      title: "25, 50, 75, 90%",
      body: "[[mask-ratio|마스크 비율(mask ratio)]]이 낮으면 빈 곳이 작아 가까운 {{visible|픽셀}}만으로도 거의 채워집니다. 테스트 이미지로 재면 25%일 때의 손실은 75%일 때의 절반이고, 90%에서는 다시 훨씬 커집니다. BERT는 단어의 15%만 가리지만, 사진에는 중복된 정보가 많아 논문에서는 75%가 가장 좋았습니다.",
      ask: "비율을 25%에서 90%까지 올려 보세요. {{reconstruction|무엇인지}} 알아볼 수 없게 되는 때는 언제인가요?",
      answer:
        "늦게까지 알아볼 수 있습니다. 그림은 서서히 흐려질 뿐입니다. 문제가 너무 쉬우면 배우는 것이 적습니다. 75%를 가리면 가까운 픽셀을 베끼는 것만으로는 채울 수 없어서, 사물이 어떻게 생겼는지 알아야 합니다.",
      predict: {
        seen: "늦게. 75%에서도 알아볼 때가 많다",
        other: "25%에서 벌써",
        third: "끝까지 알아볼 수 있다",
      },
    },
    saving: {
      title: "가려서 아끼는 계산",
      body: "토큰이 적으면 할 일도 적습니다. 어텐션은 토큰 수의 제곱에 따르므로 인코더의 [[multiply-add|곱셈-덧셈(multiply-add)]]은 보이는 비율보다 조금 더 빨리 줄어듭니다. {{macs|선}}은 연산을 센 값이고 {{measured|점}}은 [[mask-ratio|마스크 비율(mask ratio)]]마다 지금 잰 시간입니다. 논문에서 사전 학습은 ViT-L에서 2.8배, 블록이 하나인 디코더를 쓴 ViT-H에서는 4.1배까지 빨라졌습니다.",
    },
    learns: {
      title: "보는 법을 배우는 과정",
      body: "작은 MAE를 무작위 가중치에서부터 CIFAR-10 사진 5,000장으로, 매번 다른 패치를 가려 가며 학습합니다. {{curves|곡선}}은 [[reconstruction-loss|재구성 손실]]입니다. {{held-out|그 아래}}에서는 학습에 쓰지 않는 이미지 세 장을 늘 똑같이 4분의 3만큼 가리고 되살립니다. 처음에는 온통 회색이다가, 80스텝쯤 지나면 밝기가 사진과 비슷해집니다. 모양까지 되살리려면 이 강의의 신경망처럼 훨씬 오래 학습해야 합니다. 학습하는 동안 {{controls|슬라이더}}로 [[mask-ratio|마스크 비율]]을 바꿔 보세요. 신경망이 아니라 문제가 바뀌므로 손실이 곧바로 움직입니다.",
    },
    learned: {
      title: "레이블 없이 배운 것",
      body: "여기서는 인코더가 사진 전체를 봅니다. {{query|패치}}를 눌러 다른 어느 패치를 {{map|읽는지}} 보세요. 빈 곳을 채우려면 무엇과 무엇이 한 사물에 속하는지 알아야 합니다. 레이블 없이 이런 것을 배우는 것이 [[self-supervised-learning|자기지도 학습(self-supervised learning)]]입니다. 다만 작은 신경망이므로 [[self-attention|셀프 어텐션(self-attention)]]에 너무 큰 의미를 두지는 마세요.",
    },
    use: {
      title: "어디에 쓰나요?",
      body: "인코더만 남겨 레이블이 있는 데이터로 이어서 학습합니다. 이것이 [[fine-tuning|미세 조정(fine-tuning)]]이고, ViT-H는 ImageNet-1K 이미지만으로 87.8%에 이르렀습니다. 인코더를 고정한 채로 쓰면 특징이 더 약해서 [[linear-probing|선형 프로빙(linear probing)]] 결과가 뚜렷이 낮습니다. 사진을 {{groups|그룹}}으로 나누어 [[nearest-neighbours|최근접 이웃(nearest neighbours)]]을 살펴보고 DINO와 비교해 보세요. 두 방법 모두 ‘학습’ 화면에서 내 사진으로 해 볼 수 있습니다.",
    },
  },
  dino: {
    title: "DINO (2021)",
    idea: "자신의 이동 평균인 교사에게서 배우는 학생.",
    views: {
      title: "사진 한 장의 두 뷰",
      body: "사진을 무작위로 자르고, 뒤집고, 색을 바꾸는 [[data-augmentation|데이터 증강(data augmentation)]]으로 두 {{view1|뷰}} x₁과 {{view2|x₂}}를 만듭니다. 달라 보여도 같은 사물이 담겨 있고, 학습에 쓰이는 정보는 그것뿐입니다. 곧 [[self-supervised-learning|자기지도 학습(self-supervised learning)]]입니다. 논문의 [[multi-crop|멀티 크롭(multi-crop)]]에서는 작은 {{local|지역 뷰}}도 여러 개 만들어, 학생은 모든 뷰를, 교사는 큰 뷰 둘만 봅니다.",
      ask: "{{photo|새 뷰}}를 몇 번 뽑아 보세요. x₁과 x₂에 함께 담긴 부분은 평균적으로 사진의 얼마나 되나요?",
      predict: {
        seen: "절반쯤",
        other: "거의 전부",
        third: "거의 없다",
      },
      answer:
        "절반쯤이고, 4분의 1이 안 될 때도 있습니다. 함께 담긴 부분도 뷰마다 위치와 크기와 색이 다릅니다. 두 뷰에 같은 답을 내려면 픽셀이 아니라 사물을 나타내는 특징을 배워야 합니다.",
    },
    "two-networks": {
      title: "학생과 교사",
      body: "DINO 전체를 {{scene|그림 하나}}에 담았습니다. 구조는 같고 가중치는 다른 두 ViT가, 저마다 [[class-token|클래스 토큰(class token)]]에 투영 헤드(논문에서는 출력 65,536개)를 붙이고 있습니다. [[knowledge-distillation|지식 증류(knowledge distillation)]]와 비슷하지만 미리 학습한 교사가 없고, 둘 다 무작위 가중치에서 출발합니다. {{play|재생}}하거나 {{step|한 장면씩}} 넘겨 보세요. 이어지는 단계에서 하나하나 살펴봅니다.",
    },
    loss: {
      title: "다른 뷰의 답과 맞추기",
      body: "출력은 각각 [[softmax|소프트맥스(softmax)]]를 거칩니다. 한 뷰에 대한 {{student|학생}}의 답이 다른 뷰에 대한 {{teacher|교사}}의 답과 맞아야 합니다. {{cross-entropy|숫자}}는 두 뷰로 지금 계산한 [[cross-entropy|교차 엔트로피(cross-entropy)]]입니다. 출력에는 이름이 없습니다. 신경망이 스스로 만든 분류이기 때문입니다. 학습이 끝나면 교사의 백본만 남으므로, 여기서는 교사가 두 역할을 모두 맡고 그 특징이 헤드의 출력을 대신합니다.",
      formula: "H P t, P s는 빼기, k에 대한 P t k 곱하기 로그 P s k의 합",
    },
    teacher: {
      title: "학생만 배웁니다",
      body: "{{gradient|기울기}}는 학생에게만 가고 교사에서는 멈춥니다. {{teacher|교사}}는 학생 가중치의 [[exponential-moving-average|지수 이동 평균(exponential moving average)]]으로 따라갑니다. 논문에서 λ는 0.996에서 1까지 커집니다. 천천히 움직이지만 학습하는 동안 둘 가운데 더 나은 쪽입니다. 논문에 따르면, 스텝마다 학생을 그대로 복사하면 학습에 실패합니다.",
      formula: "세타 t는 람다 세타 t 더하기, 1 빼기 람다 곱하기 세타 s로 바뀐다",
    },
    trails: {
      title: "교사는 학생을 얼마나 뒤따르나",
      body: "작은 학생과 교사로 DINO를 무작위 가중치에서부터 사진 2,000장으로 학습합니다. {{curves|그래프}}는 교사의 가중치가 학생의 가중치에서 얼마나 떨어져 있는지를 가중치의 크기에 대한 비율로 보여 줍니다. [[exponential-moving-average|지수 이동 평균]]이므로 교사는 늘 뒤처지지만 멀리 떨어지지는 않아, 여기서는 몇 퍼센트 정도입니다. (학습이 짧으므로 논문보다 빨리 따라가도록 λ = 0.98을 씁니다.)",
      ask: "{{controls|시작}}하고 스무 스텝쯤 뒤에 교사의 모멘텀 λ를 0으로 내려 보세요. 거리는 어떻게 될까요?",
      predict: {
        seen: "곧바로 0이 된다",
        other: "커진다",
        third: "천천히 줄어든다",
      },
      answer:
        "λ = 0이면 스텝마다 학생을 그대로 복사하므로 거리가 0이 됩니다. λ = 1이면 교사는 제자리에 머물고 학생만 멀어집니다. 그 사이에서는 교사가 지금까지의 여러 학생을 평균한 것이 되어, 학생이 맞춰야 할 답이 스텝마다 흔들리지 않습니다.",
    },
    collapse: {
      title: "센터링과 샤프닝",
      body: "지금까지의 규칙만으로는 모든 사진에 같은 답을 내는 [[collapse|붕괴(collapse)]]를 막을 수 없습니다. [[centering|센터링(centering)]]은 이동 평균 c를 빼서 출력 하나가 늘 이기는 것을 막지만, 그것만으로는 답이 균일해집니다. 낮은 [[temperature|온도(temperature)]]를 쓰는 [[sharpening|샤프닝(sharpening)]]은 그 반대로 작용해, 둘이 균형을 이룹니다. 여기서는 두 조절이 두 뷰의 출력을 어떻게 바꾸는지 보고, 다음 단계에서 신경망을 실제로 붕괴시켜 봅니다.",
      formula: "P t는, 타우 t 분의 g t 빼기 c의 소프트맥스",
      ask: "{{centering|센터링}}을 켰다 꺼 보고, {{temperature|온도}}를 0.5까지 올려 보세요. {{entropy|엔트로피}}가 어떻게 되나요?",
      answer:
        "최댓값의 98% 이상까지 올라갑니다. 모든 출력의 확률이 거의 같아져 교사의 답에 아무 정보도 남지 않습니다. 논문에서 학생의 온도는 0.1, 교사의 온도는 더 낮은 0.04~0.07입니다.",
      predict: {
        seen: "최댓값을 향해 올라간다",
        other: "0으로 떨어진다",
        third: "그대로다",
      },
    },
    collapses: {
      title: "붕괴시키고 되살리기",
      body: "같은 학습에서 이번에는 사진 한 장에 대한 교사의 답의 {{curves|엔트로피}}를, 가능한 최댓값에 대한 비율로 봅니다. 100%면 모든 출력의 확률이 같고, 0%면 출력 하나가 전부를 차지합니다. 둘 다 [[collapse|붕괴]]입니다. 두 신경망의 답은 일치하지만 배우는 것은 없습니다. {{controls|스위치}}로 [[centering|센터링]]이나 [[sharpening|샤프닝]]을 끄고 지켜본 다음 다시 켜 보세요.",
      ask: "{{controls|시작}}하고 서른 스텝쯤 뒤에 센터링을 꺼 보세요. 엔트로피는 어디로 가나요? 다시 서른 스텝 뒤에 켜고, 다음에는 샤프닝을 꺼 보세요.",
      predict: {
        seen: "0% 쪽으로",
        other: "100% 쪽으로",
        third: "가운데에 머문다",
      },
      answer:
        "센터링을 끄면 열 스텝 만에 10% 안팎으로, 이어서 3%까지 떨어집니다. 출력 하나가 나머지를 압도하는 것입니다. 다시 켜면 바로 올라갑니다. 샤프닝을 끄면 엔트로피가 100%로 뛰고, 학생과 교사가 더는 다를 것이 없으므로 둘 사이의 발산은 0에 가까워집니다. 샤프닝을 다시 켜면 내려옵니다. 센터링과 샤프닝은 상대가 혼자일 때 일으키는 붕괴를 서로 막아 줍니다.",
    },
    attention: {
      title: "어텐션이 사물을 찾아낸다",
      body: "마지막 블록의 [[class-token|클래스 토큰(class token)]]이 {{heads|헤드마다}} 어디를 읽는지 보여 줍니다. [[self-attention|셀프 어텐션(self-attention)]]의 {{mass|60%}}를 차지하는 패치만 남기면 {{mask|마스크}}가 나타납니다. 사물의 윤곽을 가르친 적은 없습니다. VOC12에서 논문의 S/16은 자카드 지수 45.9, 지도 학습한 ViT는 27.3이었습니다. 여기의 작은 신경망은 패치가 8 × 8개뿐이고, 공식 신경망에서는 훨씬 뚜렷하게 보입니다.",
    },
    colours: {
      title: "색으로 본 특징",
      body: "[[patch|패치(patch)]]마다 특징 벡터가 있습니다. [[principal-component-analysis|주성분 분석(principal component analysis)]]은 벡터들이 가장 많이 달라지는 방향 셋을 찾아 빨강, 초록, 파랑으로 보여 줍니다. {{colours|색}}이 비슷하면 신경망이 그 패치들을 비슷하게 본다는 뜻입니다.",
    },
    patches: {
      title: "비슷한 곳 찾기",
      body: "비슷한 부분은 비슷한 벡터를 갖습니다. [[cosine-similarity|코사인 유사도(cosine similarity)]]로 재며, 한 사진 안에서도, {{second|다른 사진}}에서도 찾을 수 있습니다.",
      ask: "여러 {{query|패치}}를 눌러 보세요. {{matches|가장 비슷한 패치}} 다섯 개는 누른 패치와 무엇이 닮았나요?",
      predict: {
        seen: "무엇보다 색",
        other: "몸의 같은 부분: 귀에는 귀",
        third: "위치: 바로 옆에 있다",
      },
      answer:
        "무엇보다 색입니다. 가장 비슷한 패치들은 누른 패치 바로 옆에 있지 않을 때가 많지만, 색의 차이는 다른 패치들의 절반도 되지 않습니다. 원래 크기의 신경망에서는 귀에는 귀처럼 같은 부분이 나올 때가 많지만, 8 × 8 패치는 그러기에는 너무 거칩니다.",
    },
    frozen: {
      title: "학습이 필요 없는 분류기",
      body: "고정한 특징과 [[nearest-neighbours|최근접 이웃(nearest neighbours)]] 20개의 투표만으로 논문의 ViT-S/8은 ImageNet에서 78.3%를, B/8의 [[linear-probing|선형 프로빙(linear probing)]]은 80.1%를 얻었습니다. 여기의 작은 신경망도 레이블을 본 적이 없지만, 페이지에 들어 있는 레이블 붙은 특징 2,000개와 비교해 테스트 이미지 다섯 장 가운데 두 장꼴로 맞힙니다(무작위로 찍으면 열 장에 한 장). 예시 사진 속 동물 일곱 마리 가운데 여섯 마리는 가장 가까운 이웃도 동물입니다. VGG의 특징으로는 네 마리였습니다. 사진을 {{groups|그룹}}으로 나누어 직접 해 보세요. ‘학습’ 화면에서는 같은 그룹으로 이 특징에 선형 프로브를 학습시키거나 ResNet-20 전체를 미세 조정할 수 있습니다.",
    },
    many: {
      title: "열세 장이 아니라 오백 장으로",
      body: "사진 몇 장만으로는 설득력이 없습니다. 여기서는 테스트 이미지 500장을 한 장씩, 나머지 499장에서 찾은 [[nearest-neighbours|최근접 이웃(nearest neighbours)]] 20장의 투표로 분류합니다. 특징은 [[fine-tuning|미세 조정(fine-tuning)]] 없이 그대로 쓰고, 레이블은 투표할 때만 씁니다. {{model:dino_vit_cifar10|DINO}}와 {{model:mae_vit_cifar10|MAE}}, 그리고 {{pixels|픽셀 그대로}}를 견줍니다.",
      ask: "두 신경망 모두 레이블 없이 학습했습니다. 셋의 순서는 어떻게 될까요? {{measure|측정해 보세요}}.",
      answer:
        "DINO가 3분의 1 넘게 맞혀 가장 앞섭니다. MAE는 네 장에 한 장꼴로 맞히는 픽셀보다 조금 나을 뿐입니다. 작은 규모에서도 논문과 같은 결과입니다. DINO의 특징은 그대로 쓸 수 있고, MAE의 특징은 미세 조정을 해야 제 성능을 냅니다.",
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
      body: "사진 한 장을 모든 신경망에 넣습니다. 다섯 신경망은 열 가지 사물로 분류합니다. {{model:lenet5_mnist|LeNet}}은 숫자만 알아서 무엇에서든 숫자를 찾고, {{model:mae_vit_cifar10|MAE}}는 이름을 붙이는 대신 빈 곳을 채우며, 레이블을 본 적 없는 {{model:dino_vit_cifar10|DINO}}는 [[nearest-neighbours|최근접 이웃(nearest neighbours)]]으로 답합니다. 어느 신경망들의 답이 {{agreement|일치하고}}, 어느 것이 맞았나요? 사진을 바꾸면 일치하는 정도도 달라집니다.",
    },
    cost: {
      title: "답 하나를 얻는 비용",
      body: "{{parameters|매개변수}}는 저장해야 하는 양이고, [[multiply-add|곱셈-덧셈(multiply-add)]]은 {{macs|계산해야 하는 양}}입니다. {{time|시간}}은 기다려야 하는 시간으로, 기기에 따라 다릅니다. 셋이 늘 함께 늘고 줄지는 않습니다. ResNet은 [[weight-sharing|가중치 공유(weight sharing)]] 덕분에 적은 매개변수로 많은 계산을 합니다.",
    },
    where: {
      title: "어디를 보고 답했나",
      body: "신경망마다 첫째로 꼽은 답의 근거입니다. 합성곱 신경망과 Swin은 [[class-activation-map|클래스 활성화 맵(class activation map)]]으로, ViT는 기울기로 가중한 어텐션으로 나타냅니다. {{map|서로 다른 이유}}로 같은 답을 낼 수도 있습니다. 나타내는 방법이 다르니 세기보다는 위치를 비교하세요.",
    },
    fair: {
      title: "공정한 비교일까요?",
      body: "사진 한 장으로는 아무것도 정해지지 않습니다. 분류 신경망 다섯 개에 {{accuracy|테스트 이미지 500장}}을 모두 물어 봅시다. 논문의 순서대로라면 뒤에 나온 것일수록 앞서야 합니다. 그러나 이들은 32 × 32픽셀 사진 5만 장으로 학습한 작은 신경망이고, 성능은 설계만큼이나 [[pre-training|사전 학습(pre-training)]], [[data-augmentation|데이터 증강(data augmentation)]], 그리고 얼마나 끈기 있게 학습하느냐에 달려 있습니다.",
      ask: "AlexNet, VGG, ResNet, ViT, Swin 가운데 여기서 가장 많이 맞히는 것은 어느 것일까요? {{measure|측정해 보세요}}. 1분쯤 걸립니다.",
      predict: {
        seen: "가운데쯤에 나온 VGG나 ResNet",
        other: "가장 새로운 Swin",
        third: "논문에서 가장 컸던 ViT",
      },
      answer:
        "VGG와 ResNet-20입니다. 둘의 차이는 백 장에 한 장도 되지 않습니다. 두 트랜스포머는 그다음입니다. 논문에서 가장 좋은 결과를 낼 때 Swin은 이미지 1,400만 장, ViT는 3억 장으로 학습했습니다. 5만 장으로 배울 때에는, 스스로 배울 자유보다 합성곱이 처음부터 당연하게 여기는 것, 곧 [[inductive-bias|귀납적 편향(inductive bias)]]이 더 도움이 됩니다. 데이터의 양이 이만큼일 때에만 맞는 순위입니다.",
    },
    threads: {
      title: "무엇이 남았나",
      body: "{{line|이 흐름}}에서 되풀이되는 주제는 셋입니다. [[inductive-bias|귀납적 편향(inductive bias)]]은 처음에 구조에 들어 있다가 빠졌고, 일부가 다시 돌아왔습니다. [[residual-connection|잔차 연결(residual connection)]]은 깊은 신경망을 가능하게 했고, 여기 있는 이후의 신경망은 모두 이를 씁니다. 레이블은 점점 덜 필요해졌습니다. 다음에는 어떤 아이디어들을 합쳐 보고 싶나요?",
    },
  },
};
