// @ts-check
// Those of the sample photos that show an animal.

export const ANIMALS = ["cat_chelsea", "dog_labrador", "flamingo", "moose", "panda", "pelican", "raccoon"];
