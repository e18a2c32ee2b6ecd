//! Which program holds a port or writes to a file, as far as this user may see it.

use std::net::SocketAddr;
use std::path::Path;

#[cfg(target_os = "linux")]
pub(crate) fn of(scheme: &str, at: SocketAddr) -> Option<String> {
    linux::of(scheme, at)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn of(_: &str, _: SocketAddr) -> Option<String> {
    None
}

/// Another program that has a file open for writing: `dumpcap (process 123)`.
#[cfg(target_os = "linux")]
pub fn writes(path: &Path) -> Option<String> {
    linux::writes(path)
}

/// Another program that has a file open for writing; not known here.
#[cfg(not(target_os = "linux"))]
pub fn writes(_: &Path) -> Option<String> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::{self, DirEntry};
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    /// The program and process number of a socket of `scheme` that is in the way of `at`:
    /// `python3 (process 123)`. Looks through /proc (proc(5)).
    pub(super) fn of(scheme: &str, at: SocketAddr) -> Option<String> {
        let table = if scheme == "udp" { "udp" } else { "tcp" };
        let sockets: Vec<String> = [format!("/proc/net/{table}"), format!("/proc/net/{table}6")]
            .into_iter()
            .filter_map(|table| fs::read_to_string(table).ok())
            .flat_map(|table| sockets_at(&table, at))
            .collect();
        program(|process| {
            files(process).any(|file| {
                fs::read_link(file.path()).is_ok_and(|to| sockets.iter().any(|s| Path::new(s) == to))
            })
        })
    }

    /// Another program that has a file open for writing (proc(5)).
    pub(super) fn writes(path: &Path) -> Option<String> {
        let wanted = fs::metadata(path).ok()?;
        let own = std::process::id().to_string();
        let is = |file: &DirEntry| {
            fs::metadata(file.path()).is_ok_and(|it| (it.dev(), it.ino()) == (wanted.dev(), wanted.ino()))
        };
        program(|process| {
            !process.ends_with(&own) && files(process).any(|file| is(&file) && is_written(process, &file))
        })
    }

    /// Whether an open file may be written to: the last octal digit of its flags tells (open(2)).
    fn is_written(process: &Path, file: &DirEntry) -> bool {
        let about = fs::read_to_string(process.join("fdinfo").join(file.file_name())).unwrap_or_default();
        let flags = about.lines().find_map(|line| line.strip_prefix("flags:"));
        flags.is_some_and(|flags| flags.trim().ends_with(['1', '2']))
    }

    /// The first process that is as wanted, with its program.
    fn program(wanted: impl Fn(&Path) -> bool) -> Option<String> {
        for entry in fs::read_dir("/proc").ok()?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.parse::<u32>().is_ok() && wanted(&entry.path()) {
                let program = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
                return Some(format!("{} (process {name})", program.trim()));
            }
        }
        None
    }

    /// The open files of a process.
    fn files(process: &Path) -> impl Iterator<Item = DirEntry> {
        fs::read_dir(process.join("fd")).into_iter().flatten().flatten()
    }

    /// The sockets of a table that are in the way of `at`, as /proc shows them among a process's files.
    fn sockets_at(table: &str, at: SocketAddr) -> Vec<String> {
        let rows = table.lines().filter_map(row);
        let held = rows.filter(|(held, _)| held.port() == at.port() && overlap(held.ip(), at.ip()));
        held.map(|(_, inode)| format!("socket:[{inode}]")).collect()
    }

    fn overlap(one: IpAddr, other: IpAddr) -> bool {
        one == other || one.is_unspecified() || other.is_unspecified()
    }

    /// Local address and inode of a line of the table.
    fn row(line: &str) -> Option<(SocketAddr, &str)> {
        let mut fields = line.split_whitespace();
        let (ip, port) = fields.nth(1)?.split_once(':')?;
        let port = u16::from_str_radix(port, 16).ok()?;
        Some((SocketAddr::new(address(ip)?, port), fields.nth(7)?))
    }

    /// An address as the table has it: words of 32 bits, each in the machine's byte order.
    fn address(hex: &str) -> Option<IpAddr> {
        let word = |at: usize| u32::from_str_radix(hex.get(at * 8..at * 8 + 8)?, 16).ok();
        if hex.len() == 8 {
            return Some(Ipv4Addr::from(word(0)?.to_ne_bytes()).into());
        }
        let mut octets = [0; 16];
        for (at, four) in octets.chunks_exact_mut(4).enumerate() {
            four.copy_from_slice(&word(at)?.to_ne_bytes());
        }
        Some(Ipv6Addr::from(octets).to_canonical())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn this_program_holds_its_own_sockets() {
            for at in ["127.0.0.1:0", "[::1]:0"] {
                let socket = std::net::UdpSocket::bind(at).unwrap();
                let holder = of("udp", socket.local_addr().unwrap()).unwrap();
                assert!(holder.ends_with(&format!("(process {})", std::process::id())), "{holder}");
                let listener = std::net::TcpListener::bind(at).unwrap();
                assert_eq!(of("tcp", listener.local_addr().unwrap()).unwrap(), holder);
            }
        }

        #[test]
        fn own_files_are_nobody_elses() {
            let path = std::env::current_exe().unwrap();
            assert_eq!(writes(&path), None);
        }
    }
}
