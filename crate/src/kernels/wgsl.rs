//! Shaders written by hand on the tensors of Burn's WebGPU backend.

use std::fmt::Debug;
use std::hash::Hash;

use burn::backend::Cube;
use burn::tensor::{DType, Tensor};
use burn_cubecl::cubecl::ir::{ElemType, Scope, UIntKind, metadata::Info, settings::Dim3};
use burn_cubecl::cubecl::prelude::{ExecutionMode, KernelDefinition, KernelId, KernelMetadata, KernelSettings};
use burn_cubecl::cubecl::server::{KernelArguments, MetadataBindingInfo};
use burn_cubecl::cubecl::{CubeCount, CubeKernel, PrecompiledSource};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;

/// A family of shaders; a value of it is one shader.
pub(super) trait Shader: Copy + Eq + Hash + Debug + Send + Sync + 'static {
    /// Threads of a workgroup in x and y.
    const WORKGROUP: [u32; 2];

    /// How many tensors it reads.
    fn reads(&self) -> usize;

    /// WGSL whose entry point is `main`. It binds, in order: what it reads, what it writes, and its numbers.
    fn source(&self) -> String;
}

/// A shader as cubecl takes it. The same value is the same text, by which compiled shaders are kept.
struct Kernel<S>(S);

impl<S: Shader> Kernel<S> {
    fn workgroup() -> Dim3 {
        Dim3::new_2d(S::WORKGROUP[0], S::WORKGROUP[1])
    }
}

impl<S: Shader> KernelMetadata for Kernel<S> {
    fn id(&self) -> KernelId {
        KernelId::new::<Self>().cube_dim(Self::workgroup()).info(self.0)
    }

    fn address_type(&self) -> ElemType {
        ElemType::UInt(UIntKind::U32)
    }
}

impl<S: Shader> CubeKernel for Kernel<S> {
    /// What would be compiled if there were no source.
    fn define(&self) -> KernelDefinition {
        let address = burn_cubecl::cubecl::ir::AddressType::U32;
        let settings = KernelSettings::new(Self::workgroup(), ExecutionMode::Checked, address);
        KernelDefinition { body: Scope::root(settings.clone()), settings, info: Info::default() }
    }

    fn source(&self) -> Option<PrecompiledSource> {
        Some(PrecompiledSource { source: self.0.source(), entrypoint_name: "main".to_owned(), lang: "wgsl" })
    }
}

/// The tensor on the GPU, if it is there and nothing follows its gradient.
pub(super) fn view<const D: usize>(x: &Tensor<D>) -> Option<CubeTensor> {
    if x.is_autodiff() {
        return None;
    }
    x.clone().try_into_primitive::<Cube>().ok().filter(|x| x.dtype == DType::F32 && x.qparams.is_none())
}

/// The same in the order of its dimensions, copied where it lies otherwise.
pub(super) fn dense<const D: usize>(x: &Tensor<D>) -> Option<CubeTensor> {
    view(x).map(into_contiguous)
}

/// Memory for a result, beside another tensor.
pub(super) fn empty(like: &CubeTensor, shape: impl Into<burn::tensor::Shape>) -> CubeTensor {
    empty_device_contiguous_dtype(like.client.clone(), like.device.clone(), shape.into(), DType::F32)
}

/// The tensor as Burn's own.
pub(super) fn tensor<const D: usize>(x: CubeTensor) -> Tensor<D> {
    Tensor::from_primitive::<Cube>(x)
}

/// Whether the "GPU" is a program on the CPU, which takes four threads at a time and has no registers to run out of.
pub(super) fn is_software(x: &CubeTensor) -> bool {
    x.client.properties().hardware.plane_size_min <= 4
}

/// Runs a shader on `threads`, in x, y and z.
pub(super) fn launch<S: Shader>(
    shader: S,
    reads: &[&CubeTensor],
    writes: &CubeTensor,
    numbers: &[u32],
    threads: [usize; 3],
) {
    let mut arguments = KernelArguments::new();
    for read in reads {
        arguments = arguments.with_buffer(read.handle.clone().binding());
    }
    let words = numbers.chunks(2).map(|pair| u64::from(pair[0]) | pair.get(1).map_or(0, |&n| u64::from(n) << 32));
    let arguments =
        arguments.with_buffer(writes.handle.clone().binding()).with_info(MetadataBindingInfo::custom(words.collect()));
    let groups = |dim: usize, size: u32| threads[dim].div_ceil(size as usize) as u32;
    let count = CubeCount::Static(groups(0, S::WORKGROUP[0]), groups(1, S::WORKGROUP[1]), threads[2] as u32);
    writes.client.launch(Box::new(Kernel(shader)), count, arguments);
}

/// Whether a grid of threads is one that every device takes.
pub(super) fn fits<S: Shader>(threads: [usize; 3]) -> bool {
    let groups =
        [threads[0].div_ceil(S::WORKGROUP[0] as usize), threads[1].div_ceil(S::WORKGROUP[1] as usize), threads[2]];
    groups.iter().all(|&n| n <= 65_535)
}
