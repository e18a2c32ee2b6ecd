//! Who may come in, on the command line or in files.

use sockscope::core::cidr::{Access, Net};
use sockscope::core::problem::Problem;
use sockscope::error::Error;

#[derive(clap::Args)]
#[command(next_help_heading = "Who may come in")]
pub(super) struct Hosts {
    /// Let in only these: addresses and networks such as 192.168.1.0/24, with commas between
    #[arg(long, value_name = "NETS", requires = "listen")]
    allow: Vec<String>,
    /// The same from a file, with spaces or lines between; # begins a comment
    #[arg(long, value_name = "FILE", requires = "listen")]
    allowfile: Option<String>,
    /// Turn these away, whatever --allow says
    #[arg(long, value_name = "NETS", requires = "listen")]
    deny: Vec<String>,
    /// The same from a file
    #[arg(long, value_name = "FILE", requires = "listen")]
    denyfile: Option<String>,
}

impl Hosts {
    /// Who may come in.
    pub(super) fn access(&self) -> anyhow::Result<Access> {
        Ok(Access {
            allow: nets(&self.allow, self.allowfile.as_deref())?,
            deny: nets(&self.deny, self.denyfile.as_deref())?,
        })
    }
}

fn nets(lists: &[String], file: Option<&str>) -> anyhow::Result<Vec<Net>> {
    let mut nets = Vec::new();
    for list in lists {
        for one in list.split(',') {
            nets.push(Net::parse(one.trim())?);
        }
    }
    if let Some(path) = file {
        let text =
            std::fs::read_to_string(path).map_err(|error| Error::Read { what: path.to_owned(), error })?;
        nets.extend(read(&text, path)?);
    }
    if nets.is_empty() && (file.is_some() || !lists.is_empty()) {
        // No net to allow would let everybody in.
        let what = format!("{} names nobody", file.unwrap_or("the list"));
        return Err(Problem::whole("", what, "write addresses or networks into it, or leave it out").into());
    }
    Ok(nets)
}

/// The networks of a file.
fn read(text: &str, path: &str) -> Result<Vec<Net>, Problem> {
    let mut nets = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        for word in line.split([' ', '\t', ',']).filter(|word| !word.is_empty()) {
            let net = Net::parse(word).map_err(|mut problem| {
                problem.what = format!("line {} of {path}: {}", at + 1, problem.what);
                problem
            });
            nets.push(net?);
        }
    }
    Ok(nets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_networks_and_comments() {
        let nets = read("127.0.0.1 ::1 # here\n\n# nobody\n10.0.0.0/8,192.168.0.0/16\r\n", "f").unwrap();
        let shown: Vec<_> = nets.iter().map(Net::to_string).collect();
        assert_eq!(shown, ["127.0.0.1", "::1", "10.0.0.0/8", "192.168.0.0/16"]);
        let problem = read("::1\n  nonsense", "f").unwrap_err();
        assert!(problem.to_string().starts_with("line 2 of f: \"nonsense\" is not an address"), "{problem}");
    }
}
