//! Which program holds a port, as far as this user may see it.

#[cfg(target_os = "linux")]
pub(crate) fn of_udp_port(port: u16) -> Option<String> {
    linux::of_udp_port(port)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn of_udp_port(_: u16) -> Option<String> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::path::Path;

    /// The program and process number that hold UDP `port`: `python3 (process 123)`. Looks through
    /// /proc (proc(5)).
    pub(super) fn of_udp_port(port: u16) -> Option<String> {
        let sockets: Vec<String> = ["/proc/net/udp", "/proc/net/udp6"]
            .into_iter()
            .filter_map(|table| fs::read_to_string(table).ok())
            .flat_map(|table| sockets_on(&table, port))
            .collect();
        let holds = |process: &Path| {
            let Ok(files) = fs::read_dir(process.join("fd")) else { return false };
            files.flatten().any(|file| {
                fs::read_link(file.path()).is_ok_and(|to| sockets.iter().any(|s| Path::new(s) == to))
            })
        };
        for entry in fs::read_dir("/proc").ok()?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.parse::<u32>().is_ok() && holds(&entry.path()) {
                let program = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
                return Some(format!("{} (process {name})", program.trim()));
            }
        }
        None
    }

    /// The sockets of a table whose local port is `port`, as /proc shows them among a process's files.
    fn sockets_on(table: &str, port: u16) -> Vec<String> {
        let inodes = table.lines().filter_map(|line| inode_on(line, port));
        inodes.map(|inode| format!("socket:[{inode}]")).collect()
    }

    /// The inode of a line of /proc/net/udp whose local port is `port`.
    fn inode_on(line: &str, port: u16) -> Option<&str> {
        let mut fields = line.split_whitespace();
        let local = fields.nth(1)?;
        let here = u16::from_str_radix(local.rsplit(':').next()?, 16).ok()?;
        (here == port).then(|| fields.nth(7))?
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn this_program_holds_its_own_port() {
            let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
            let holder = of_udp_port(socket.local_addr().unwrap().port()).unwrap();
            assert!(holder.ends_with(&format!("(process {})", std::process::id())), "{holder}");
        }
    }
}
