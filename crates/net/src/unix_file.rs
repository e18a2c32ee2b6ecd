//! Names of Unix-domain sockets in the file system: bound, replaced where they are stale, removed at the end.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use socket2::{Domain, SockAddr, Socket};
use sockscope_core::endpoint::Endpoint;
use sockscope_core::facts::UnixName;

use crate::error::Error;

/// A socket bound to a name. Where the name is a file, it goes when this does.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) socket: Socket,
    pub(crate) name: UnixName,
    /// The file, with what tells whether it is still the one that was made.
    file: Option<(PathBuf, Identity)>,
}

/// Device and inode of a file.
type Identity = (u64, u64);

impl Bound {
    /// Binds `socket` to the endpoint's path.
    pub(crate) fn bind(socket: Socket, endpoint: &Endpoint) -> Result<Self, Error> {
        let name = UnixName::of_path(&endpoint.path);
        let options = &endpoint.options;
        Self::at(socket, name, options.unlink == Some(true), options.mode)
            .map_err(|error| cannot_bind(endpoint, name, &error))
    }

    /// A socket without a name.
    pub(crate) fn nameless(socket: Socket) -> Self {
        Self { socket, name: UnixName::UNNAMED, file: None }
    }

    /// Binds `socket` to `name`. `replace`: a file that nobody listens on is in nobody's way.
    pub(crate) fn at(socket: Socket, name: UnixName, replace: bool, mode: Option<u32>) -> io::Result<Self> {
        let place = address(name)?;
        match socket.bind(&place) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && replace && is_stale(&socket, name) => {
                fs::remove_file(path(name))?;
                socket.bind(&place)?;
            }
            other => other?,
        }
        let file = if name.is_abstract() || name.is_unnamed() { None } else { Some(path(name)) };
        if let (Some(file), Some(mode)) = (&file, mode) {
            fs::set_permissions(file, fs::Permissions::from_mode(mode))?;
        }
        let file = file.map(|file| Ok::<_, io::Error>((file.clone(), identity(&file)?))).transpose()?;
        // An empty name lets the kernel choose an abstract one (autobind, unix(7)).
        let name = if name.is_unnamed() { self::name(&socket.local_addr()?) } else { name };
        Ok(Self { socket, name, file })
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        if let Some((file, made)) = &self.file
            // Another program may have put its own there meanwhile.
            && identity(file).is_ok_and(|now| now == *made)
        {
            let _ = fs::remove_file(file);
        }
    }
}

fn identity(file: &Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt;
    let data = fs::symlink_metadata(file)?;
    Ok((data.dev(), data.ino()))
}

/// The address of a name, as calls take it.
pub(crate) fn address(name: UnixName) -> io::Result<SockAddr> {
    SockAddr::unix(std::ffi::OsStr::from_bytes(name.bytes()))
}

/// The name in an address that a call gave.
pub(crate) fn name(address: &SockAddr) -> UnixName {
    match (address.as_pathname(), address.as_abstract_namespace()) {
        (Some(path), _) => UnixName::new(path.as_os_str().as_bytes()),
        (None, Some(name)) => UnixName::new(&[b"\0", name].concat()),
        (None, None) => UnixName::UNNAMED,
    }
}

fn path(name: UnixName) -> PathBuf {
    PathBuf::from(std::ffi::OsStr::from_bytes(name.bytes()))
}

/// Whether `name` is the file of a socket that nobody holds any more.
fn is_stale(like: &Socket, name: UnixName) -> bool {
    let try_out = || {
        let probe = Socket::new(Domain::UNIX, like.r#type()?, None)?;
        probe.connect(&address(name)?)
    };
    matches!(try_out(), Err(error) if error.kind() == io::ErrorKind::ConnectionRefused)
}

fn cannot_bind(endpoint: &Endpoint, name: UnixName, error: &io::Error) -> Error {
    let failed = Error::system("bind", format!("{}://{name}", endpoint.scheme.name), error);
    match error.kind() {
        io::ErrorKind::AddrInUse if name.is_abstract() => {
            failed.advise("another program has the name; choose another one")
        }
        io::ErrorKind::AddrInUse => failed.advise(
            "the file exists: if no program listens on it any more, add ?unlink (or --unlink), which replaces it",
        ),
        io::ErrorKind::NotFound => failed.advise("the folder does not exist"),
        io::ErrorKind::PermissionDenied => failed.advise("choose a folder that you may write to"),
        _ => failed,
    }
}
