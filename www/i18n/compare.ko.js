// The words of the place that compares networks, in Korean. Same keys as compare.en.js.
export default {
  compare: {
    title: "비교",
    networks: "신경망",
    picture: "{network}, 사진에서 답까지",
    open: "이 신경망만 보기",
    twice: "끄기 전과 후",
    twiceHint: "같은 신경망 둘을 놓고, 둘째에서 무엇이든 꺼 봅니다",
    apart: "둘째에서 끄기:",
    apartHint: "둘째 신경망의 맵이나 헤드, 호를 누르면 그 신경망에서만 꺼집니다. 확대하면 더 있습니다.",
    tables: "표로 보기",
    closeTables: "표 닫기",
    whole: "신경망 비교하기",
    noFigure: "이런 이름의 그림이 없습니다.",
    answers: "무엇이라 답하는가",
    cost: "답 하나의 비용",
    map: "어디서 근거를 찾았는가",
    field: "깊이에 따라 얼마나 멀리 보는가",
  },
};
