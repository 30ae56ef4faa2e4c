//! Pictures of a run.

use synod::diagram::{self, Options, Quiet, Theme, Window};
use synod::trace::Index;
use wasm_bindgen::prelude::*;

use super::Playground;

/// From this many virtual microseconds on, a stretch in which nothing happens is folded.
const QUIET_US: u64 = 60_000;

#[wasm_bindgen]
impl Playground {
    /// The run up to now as a sequence diagram: an SVG file that stands alone. `light`, `dark`, or the
    /// reader's own colours.
    ///
    /// # Errors
    /// There is no theme of that name.
    pub fn svg(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "SynodTheme")] theme: &JsValue,
    ) -> Result<String, JsError> {
        let theme = match theme.as_string().as_deref() {
            None if theme.is_undefined() => Theme::Auto,
            Some("auto") => Theme::Auto,
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => return Err(JsError::new("a theme is auto, light or dark")),
        };
        let source = self.session.source();
        let mut options = Options { lanes: self.session.lanes(), ..Options::default() };
        Quiet::new(QUIET_US).finish(source, &mut options);
        let window = Window::until(self.session.now());
        let scene = diagram::layout(source, &Index::of(source.events()), &window, &options);
        Ok(diagram::svg(&scene, source, theme))
    }

    /// The run up to now as a Mermaid sequence diagram.
    pub fn mermaid(&self) -> String {
        let window = Window::until(self.session.now());
        let options = Options { lanes: self.session.lanes(), ..Options::default() };
        diagram::mermaid(self.session.source(), &window, &options)
    }
}
