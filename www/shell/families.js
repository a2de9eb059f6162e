// @ts-check
// The eight architectures, in the order in which they came.

/** @typedef {import("./types.js").Entry} Entry */

/** Order, year and name; which catalogue entries belong to each is the catalogue's matter (`family`). */
export const FAMILIES = [
  { id: "lenet", name: "LeNet", year: 1998 },
  { id: "alexnet", name: "AlexNet", year: 2012 },
  { id: "vgg", name: "VGG", year: 2014 },
  { id: "resnet", name: "ResNet", year: 2015 },
  { id: "vit", name: "ViT", year: 2020 },
  { id: "swin", name: "Swin", year: 2021 },
  { id: "mae", name: "MAE", year: 2021 },
  { id: "dino", name: "DINO", year: 2021 },
];

/** The architecture that an entry is shown under. @param {{ family: string }} entry */
export function familyOf(entry) {
  const name = entry.family.toLowerCase();
  if (name === "fcnn") return "lenet";
  return FAMILIES.find(({ id }) => name.startsWith(id))?.id ?? name;
}

/** A family's networks, those that need no download first. @param {Entry[]} entries @param {string} family */
export function membersOf(entries, family) {
  return entries
    .filter((entry) => familyOf(entry) === family)
    .sort((a, b) => Number(b.embedded) - Number(a.embedded) || a.bytes - b.bytes);
}
