//! A matrix to write to, of which several cores may each have a part.

use core::marker::PhantomData;
use core::ops::Range;

/// Rows of so many columns in memory, `stride` floats apart.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a> {
    start: *mut f32,
    rows: usize,
    columns: usize,
    stride: usize,
    memory: PhantomData<&'a mut [f32]>,
}

impl<'a> Window<'a> {
    /// Of memory that holds nothing else from the first row to the last.
    ///
    /// # Panics
    /// When the rows do not fit.
    pub fn new(memory: &'a mut [f32], (rows, columns): (usize, usize), stride: usize) -> Self {
        let fits = rows == 0 || columns <= stride && (rows - 1) * stride + columns <= memory.len();
        assert!(fits, "{rows} rows of {columns}");
        Self { start: memory.as_mut_ptr(), rows, columns, stride, memory: PhantomData }
    }

    /// Rows and columns.
    pub fn size(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// The first value, and the floats from one row to the next.
    pub(crate) fn start(&self) -> (*mut f32, usize) {
        (self.start, self.stride)
    }

    /// Some of its rows and columns.
    ///
    /// # Panics
    /// When there are not so many.
    ///
    /// # Safety
    /// Nobody else may write to or read from these while the part is there.
    pub(crate) unsafe fn part(&self, rows: Range<usize>, columns: Range<usize>) -> Self {
        assert!(rows.end <= self.rows && columns.end <= self.columns, "a part of the whole");
        // SAFETY: it lies in the memory, as was just seen.
        let start = unsafe { self.start.add(rows.start * self.stride + columns.start) };
        Self { start, rows: rows.len(), columns: columns.len(), ..*self }
    }

    /// All of it, where the rows follow each other.
    ///
    /// # Panics
    /// When they do not.
    pub(crate) fn whole(&mut self) -> &mut [f32] {
        assert!(self.columns == self.stride, "rows that follow each other");
        // SAFETY: it lies in the memory, which is this window's alone.
        unsafe { core::slice::from_raw_parts_mut(self.start, self.rows * self.columns) }
    }

    /// Some columns of a row.
    ///
    /// # Panics
    /// When there are not so many.
    pub(crate) fn row(&mut self, row: usize, columns: Range<usize>) -> &mut [f32] {
        assert!(row < self.rows && columns.end <= self.columns && columns.start <= columns.end, "a part of a row");
        // SAFETY: it lies in the memory, which is this window's alone.
        unsafe { core::slice::from_raw_parts_mut(self.start.add(row * self.stride + columns.start), columns.len()) }
    }
}
