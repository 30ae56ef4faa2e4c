//! The Synod playground: see the library of this package.

fn main() {
    synod_web::start();
}
