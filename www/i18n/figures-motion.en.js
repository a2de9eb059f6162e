// The words of the figures in motion, in English. Same keys as figures-motion.ko.js; `{name}` is filled in.
export default {
  "encoder.picture": "An encoder block at work on the photo",
  "encoder.patch": "Patch that asks",
  "encoder.classToken": "the class token",
  "encoder.where": "the patch in row {row}, column {column}",
  "encoder.label.photo": "Photo",
  "encoder.label.sequence": "Sequence",
  "encoder.label.patches": "{patches} patches, {channels} numbers each",
  "encoder.label.token": "{tokens} tokens: class token first",
  "encoder.label.position": "x, with positions",
  "encoder.label.norm1": "LayerNorm(x)",
  "encoder.label.q": "Q (head {head})",
  "encoder.label.k": "K (head {head})",
  "encoder.label.v": "V (head {head})",
  "encoder.label.weights": "Attention weights",
  "encoder.label.heads": "All {heads} heads",
  "encoder.label.attn": "Attention's result, projected",
  "encoder.label.add1": "x + attention",
  "encoder.label.norm2": "LayerNorm",
  "encoder.label.act": "{hidden} numbers, after GELU",
  "encoder.label.mlp": "MLP's result",
  "encoder.label.block": "Result of {block}",
  "encoder.cut": "Cut",
  "encoder.cut.text": "The photo is cut into {side} × {side} patches.",
  "encoder.line": "Line up",
  "encoder.line.text":
    "Row by row they become a sequence of {patches}. From here on nothing knows that there were rows.",
  "encoder.project": "Embed",
  "encoder.project.text":
    "One linear map turns the {pixels} pixel values of each patch into a token of {channels} numbers: one column here. Blue is negative, orange positive.",
  "encoder.token": "Class token",
  "encoder.token.text":
    "A learned token is put in front, the same for every photo. It has no patch; it is there to collect.",
  "encoder.position": "Position",
  "encoder.position.text": "To each token the learned embedding of its place is added.",
  "encoder.norm": "Normalize",
  "encoder.norm.text":
    "Layer normalization brings each column to mean 0 and deviation 1, then scales and shifts it by learned numbers.",
  "encoder.qkv": "Q, K, V",
  "encoder.qkv.text":
    "Three linear maps make a query, a key and a value of each token: {width} numbers each in head {head}, one of {heads} heads.",
  "encoder.compare": "Compare",
  "encoder.compare.text":
    "The query of the patch in row {row}, column {column} is multiplied with every key. Best match: {where}, with q · k / √{width} = {score}. Softmax over all {tokens} makes that {share}.",
  "encoder.look": "Look",
  "encoder.look.text":
    "The same weights on the photo: bright is what this patch reads. {share} go to {where}, {own} to itself.",
  "encoder.sum": "Read",
  "encoder.sum.text":
    "Every value comes along, faint or strong by its weight. Their sum is what this token takes away from head {head}.",
  "encoder.heads": "Join",
  "encoder.heads.text":
    "All {heads} heads did this at once. Their results stand side by side, and one linear map mixes them.",
  "encoder.add1": "Add",
  "encoder.add1.text": "The result is added to what came in: the residual connection.",
  "encoder.mlp": "MLP",
  "encoder.mlp.text":
    "After another LayerNorm each token goes by itself through two layers: {channels} numbers become {hidden}, GELU, and {channels} again.",
  "encoder.add2": "Add again",
  "encoder.add2.text":
    "Added once more: that was {block}. Still {tokens} tokens of {channels} numbers, so the next of {blocks} blocks can do the same.",
  "decoder.picture": "The decoder at work on the photo",
  "decoder.label.photo": "What is visible",
  "decoder.label.result": "Reconstruction",
  "decoder.label.sequence": "Sequence",
  "decoder.label.encoded": "Out of the encoder, {wide} numbers each",
  "decoder.label.narrowed": "For the decoder, {channels} each",
  "decoder.label.filled": "With mask tokens in the gaps",
  "decoder.label.placed": "+ position embedding",
  "decoder.label.decoded": "After {layers} decoder blocks",
  "decoder.hide": "Hide",
  "decoder.hide.text": "{hidden} of {patches} patches are hidden ({share}); {visible} stay.",
  "decoder.encode": "Encode",
  "decoder.encode.text": "The encoder has seen the {visible} visible patches and a class token, nothing else.",
  "decoder.narrow": "Narrow",
  "decoder.narrow.text":
    "A linear map makes the tokens narrower for the light decoder: {wide} numbers become {channels}.",
  "decoder.fill": "Mask tokens",
  "decoder.fill.text":
    "The tokens move to their places, and into each of the {hidden} gaps goes a copy of one and the same learned vector. Look: the new columns are all alike.",
  "decoder.place": "Position",
  "decoder.place.text": "Only the position embedding makes the copies differ: now each says which place it stands for.",
  "decoder.decode": "Decode",
  "decoder.decode.text":
    "In {layers} blocks all tokens read from each other; the gaps fill with what their surroundings suggest.",
  "decoder.predict": "Predict",
  "decoder.predict.text":
    "A last linear map turns each token into {pixels} pixel values. Only the hidden patches are compared with the photo: loss {loss}.",
  "flow.picture": "A student and its teacher, on two views of the photo",
  "flow.label.photo": "Photo",
  "flow.label.student": "student",
  "flow.label.teacher": "teacher",
  "flow.label.loss": "cross-entropy: {loss}",
  "flow.label.gradient": "gradient",
  "flow.label.stopped": "stopped",
  "flow.label.average": "moving average",
  "flow.cut": "Two views",
  "flow.cut.text": "Two random views of one photo, x₁ and x₂. They have {shared} of it in common.",
  "flow.networks": "Two networks",
  "flow.networks.text":
    "One view goes to the student, the other to the teacher: the same architecture, weights of their own.",
  "flow.outputs": "Two answers",
  "flow.outputs.text":
    "Each answers with {count} shares that add up to 100%. Nobody has said what they stand for. The largest here: {student} and {teacher}.",
  "flow.compare": "Compare",
  "flow.compare.text":
    "The cross-entropy tells how badly the student's answer predicts the teacher's: here {loss}. Nobody need know what the photo shows.",
  "flow.learn": "Learn",
  "flow.learn.text": "The gradient goes back into the student alone. On the way to the teacher it is stopped.",
  "flow.follow": "Follow",
  "flow.follow.text":
    "After every step the teacher's weights move a little towards the student's. With λ = {momentum}, it takes {steps} steps to replace half of the teacher.",
  "flow.note":
    "Only the teacher's backbone is kept after training: here it plays both parts, and its features stand in for the outputs of the heads.",
};
