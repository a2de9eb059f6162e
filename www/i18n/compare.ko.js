// The words of the place that compares networks, in Korean. Same keys as compare.en.js.
export default {
  compare: {
    title: "비교",
    lede: "같은 사진을 여러 네트워크로 지금 계산합니다.",
    networks: "네트워크",
    answers: "무엇이라 답하는가",
    cost: "답 하나의 비용",
    map: "어디서 근거를 찾았는가",
    field: "깊이에 따라 얼마나 멀리 보는가",
  },
};
