// The words of the place that compares networks, in English. Same keys as compare.ko.js.
export default {
  compare: {
    title: "Compare",
    networks: "Networks",
    picture: "{network}, from the photo to the answer",
    open: "Open it alone",
    twice: "Before and after",
    twiceHint: "The same network twice: switch something off in the second",
    apart: "Switch off in the second:",
    apartHint: "Click a map, a head or an arc of the second network: it is switched off there. Zoom in for more.",
    tables: "As tables",
    closeTables: "Close the tables",
    whole: "Compare the networks",
    noFigure: "There is no figure of this name.",
    answers: "What each answers",
    cost: "What an answer costs",
    map: "Where each found its evidence",
    field: "How far each sees, by depth",
  },
};
