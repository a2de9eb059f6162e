// What an embedder's page does with the package.
import { Engine } from "vitrine";

const engine = await Engine.create({ backend: "cpu" });
const model = await engine.load("resnet20_cifar10");
const photo = await (await fetch("cat_chelsea.jpg")).blob();
const { top } = await model.classify(photo);
document.title = `${top[0].label} on ${engine.info.backend}`;
