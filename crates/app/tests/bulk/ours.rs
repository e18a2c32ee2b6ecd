//! This program at both ends.

use crate::bytes::Bytes;
use crate::kinds::{From, kinds, told, whole};

#[test]
fn between_two_of_ours() {
    let bytes = Bytes::new();
    for kind in kinds() {
        let listener = kind.ours("listen", &kind.endpoint(bytes.folder()), From::File(&bytes.text("down")));
        let client = kind.ours("send", &told(&listener), From::File(&bytes.text("up")));
        let (client, listener) = (whole(client), whole(listener));
        bytes.same("down", &client.out, kind.name);
        bytes.same("up", &listener.out, kind.name);
    }
}
