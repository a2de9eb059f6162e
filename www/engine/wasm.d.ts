/** The surface of pkg/{cpu,webgpu}/vitrine.js as the worker uses it, so that types are checked without a build. */

import type { Tensor } from "../engine.js";
import type { Explanation } from "./explanations.js";

export interface Wasm {
  default(options: { module_or_path: Response | WebAssembly.Module }): Promise<{ memory: WebAssembly.Memory }>;
  catalogue(): string;
  inspect_image(bytes: Uint8Array): string;
  /** JSON arguments and answer. */
  arithmetic(name: string, args: string): string;
  /** On a shared memory: room for helpers, and what each is told. */
  found_pool(helpers: number): {
    pool: number;
    stacks: Uint32Array;
    kernels: import("./cores.js").Help["kernels"];
  };
  cores(): number;
  helper_lost(): boolean;
  Sha256: new () => Sha256;
  Runtime: { create(backend: "cpu" | "train" | "webgpu"): Promise<Runtime> };
  Loader: new (runtime: Runtime, id: string | undefined, config: string | undefined, files: number) => Loader;
}

export interface Sha256 {
  update(chunk: Uint8Array): void;
  hex(): string;
  free(): void;
}

export interface Runtime {
  free(): void;
}

/** What pkg/train and pkg/webgpu have beside. */
export interface TrainingWasm extends Wasm {
  training_needs(spec: string): string;
  Images: { of_sheet(rgba: Uint8Array, width: number, card: string, channels: number): Images };
  Training: {
    begin(runtime: Runtime, spec: string, train: Images, test: Images, resume?: Uint8Array): Promise<Training>;
    of_photos(runtime: Runtime, photos: Photos, weights?: Uint8Array, resume?: Uint8Array): Promise<Training>;
  };
  Photos: new (spec: string) => Photos;
}

export interface Photos {
  add(group: number, rgba: Uint8Array, width: number, height: number): void;
  add_features(group: number, features: Float32Array): void;
  free(): void;
}

export interface Images {
  free(): void;
}

export interface Training {
  about(): string;
  advance(steps: number): Promise<string>;
  step_through(network?: string, key?: string): Promise<string>;
  set(switches: string): void;
  keep(): Promise<void>;
  at(step: number, network?: string): Promise<Network>;
  fork(step: number, switches: string): Training;
  save(step: number, network?: string): Uint8Array;
  export(step: number): Uint8Array;
  hash(): Promise<string>;
  guess(step: number, features: Float32Array): string;
  free(): void;
}

export interface Loader {
  begin(file: number, size: number | undefined): void;
  has_header(): boolean;
  push(chunk: Uint8Array): void;
  finish(): Promise<Network>;
  free(): void;
}

type Explanations = {
  /** With an image its data and shape come first, then JSON of the arguments and of what is off. */
  [Method in Explanation]: (...given: never[]) => unknown;
};

export interface Network extends Explanations {
  info(): string;
  stages(): string;
  at(size: number): Network;
  preprocess(
    rgba: Uint8Array,
    width: number,
    height: number,
  ): Tensor & {
    crop: { data: Uint8ClampedArray; width: number; height: number };
    box: { x: number; y: number; width: number; height: number };
  };
  ablate(off: string): number;
  forward(
    data: Float32Array,
    shape: Uint32Array,
    off: string,
  ): Promise<Tensor & { ms: { forward: number; read: number } }>;
  top(logits: Float32Array, k: number): string;
  observe(
    data: Float32Array,
    shape: Uint32Array,
    names: string[],
    ranges: string,
    off: string,
  ): Promise<Record<string, Tensor>>;
  reconstruct(
    data: Float32Array,
    shape: Uint32Array,
    noise: Float32Array | undefined,
    mask: Uint8Array | undefined,
    off: string,
  ): Promise<import("../engine.js").Reconstruction>;
  set_bank(bytes: Uint8Array): void;
  free(): void;
}

/** Parts of the platform that TypeScript's "dom" library, written for the page's thread, leaves out. */
export interface SyncFile {
  write(bytes: Uint8Array, options?: { at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

export interface AdapterFacts {
  vendor: string;
  architecture: string;
  device: string;
  description: string;
  isFallbackAdapter?: boolean;
}

export interface Adapter {
  info: AdapterFacts;
  isFallbackAdapter?: boolean;
  features: { has(name: string): boolean };
  limits: Record<string, number>;
}

export interface Gpu {
  requestAdapter(options?: { powerPreference?: "high-performance" }): Promise<Adapter | null>;
}
