// The words of the place that shows what was measured, in Korean. Same keys as measured.en.js.
export default {
  numbers: {
    title: "측정값",
    lede: "이 엔진이 PyTorch와 얼마나 가까운지, 작은 신경망들이 얼마나 잘하는지 보여 줍니다.",
    loading: "수치를 불러오는 중…",
    parity: "PyTorch와의 상대 오차",
    parityWhat:
      "답과 PyTorch의 답의 가장 큰 차이를 가장 큰 수로 나눈 값입니다. 전체 크기 신경망마다 양쪽에 같은 시드 가중치와 입력을 주므로 모든 층이 비교되며, 아무것도 내려받지 않았습니다. 이 프로젝트의 허용치는 10⁻³입니다.",
    network: "신경망",
    notMeasured: "측정 안 됨",
    when: "{dates}, {browser}에서 측정. 이때의 WebGPU는 소프트웨어로 동작하는 SwiftShader입니다.",
    small: "작은 신경망",
    smallWhat:
      "이 페이지를 위해 처음부터 학습했습니다. 점수를 다시 계산해 보세요. 시험용 이미지 500장이 하나씩 이 브라우저의 엔진을 거칩니다.",
    data: "데이터",
    weights: "가중치",
    weightsOf: "{size}, 수 {count}개",
    time: "학습",
    trained: "{time}, {epochs}에포크",
    trainedShort: "{time}, {epochs}에포크: 끝나기 전에 멈춤",
    whole: "{metric}, 시험 데이터 전체, PyTorch",
    pytorch: "이미지 500장, PyTorch",
    engine: "이미지 500장, 이 엔진",
    recipe: "학습 방법",
    licence: "라이선스",
    idle: "이 브라우저에서는 아직 계산하지 않았습니다.",
    recompute: "다시 계산",
    again: "한 번 더 계산",
    preparing: "신경망과 이미지를 준비하는 중…",
    progress: "답한 이미지",
    running: "{count}장 중 {read}장, 지금까지 정답률 {score}",
    done: "{count}장 중 {right}장 정답: {score}",
    beside: "같은 이미지에서 PyTorch: {score}",
    cancelled: "{read}장에서 멈췄으므로 점수가 없습니다.",
    noRecompute:
      "여기서는 다시 계산하지 않습니다. 어느 패치를 가릴지는 학습 코드의 시드 잡음이 정하는데, 이 페이지에는 그 잡음이 없습니다. cargo xtask accuracy 명령이 이 점수를 계산합니다.",
  },
  metrics: {
    "test accuracy": "시험 정확도",
    "20-NN accuracy": "이웃 20개로 정한 정확도",
    "masked MSE": "가려진 패치의 제곱 오차",
  },
};
