//! The rights of this thread (capabilities(7)).

use std::io;

/// Rights over files: whoever runs as root goes on to write where root may.
const FILES: u32 = 0b1111;

#[repr(C)]
struct Header {
    version: u32,
    pid: i32,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Rights {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

/// Gives up all rights but those over files (capset(2)).
pub(crate) fn give_up() -> io::Result<()> {
    const VERSION_3: u32 = 0x2008_0522;
    let mut header = Header { version: VERSION_3, pid: 0 };
    let mut rights = [Rights::default(); 2];
    // SAFETY: header and rights are live and laid out as version 3 of the call has them.
    let got = unsafe { libc::syscall(libc::SYS_capget, &raw mut header, rights.as_mut_ptr()) };
    if got != 0 {
        return Err(io::Error::last_os_error());
    }
    let kept = Rights {
        effective: rights[0].effective & FILES,
        permitted: rights[0].permitted & FILES,
        inheritable: 0,
    };
    let rights = [kept, Rights::default()];
    // SAFETY: as above; the kernel only reads.
    match unsafe { libc::syscall(libc::SYS_capset, &raw mut header, rights.as_ptr()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
