#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn probe() -> f32 {
    use burn::tensor::Tensor;
    let d = burn::tensor::Device::default();
    Tensor::<2>::ones([2, 3], &d).sum().into_scalar()
}
