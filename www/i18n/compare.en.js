// The words of the place that compares networks, in English. Same keys as compare.ko.js.
export default {
  compare: {
    title: "Compare",
    lede: "The same photo through several networks, all computed now.",
    networks: "Networks",
    answers: "What each answers",
    cost: "What an answer costs",
    map: "Where each found its evidence",
    field: "How far each sees, by depth",
  },
};
