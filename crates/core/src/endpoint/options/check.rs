//! Whether options go with a scheme, with a role and with each other.

use super::{Bind, OPTIONS, OptionSpec, Options, Role};
use crate::endpoint::{Place, Scheme};
use crate::problem::Problem;

impl Options {
    /// Checks that every option applies to `scheme` and to `role`, and that they go together.
    ///
    /// # Errors
    ///
    /// The first option that does not fit.
    pub fn check(&self, scheme: &Scheme, role: Role) -> Result<(), Problem> {
        for spec in OPTIONS {
            if let Some(value) = (spec.show)(self).first() {
                let fits = applies(spec, scheme).and_then(|()| plays(spec, role));
                fits.map_err(|problem| {
                    Problem::whole(&format!("{}={value}", spec.name), problem.what, problem.remedy)
                })?;
            }
        }
        self.check_sources()?;
        self.check_bind(scheme)?;
        self.check_trains()?;
        self.check_certificate(scheme, role)
    }

    /// Every source needs a group of its family: the kernel joins (group, source) pairs (ip(7),
    /// `MCAST_JOIN_SOURCE_GROUP`).
    fn check_sources(&self) -> Result<(), Problem> {
        let joined = |v4: bool| self.join.iter().any(|join| join.group.is_ipv4() == v4);
        match self.source.iter().find(|source| !joined(source.is_ipv4())) {
            None => Ok(()),
            Some(source) => {
                let (family, example) =
                    if source.is_ipv4() { ("IPv4", "232.1.2.3") } else { ("IPv6", "ff35::1") };
                let source = format!("source={source}");
                let what = format!("{source} needs an {family} group to join");
                Err(Problem::whole(&source, what, format!("add join=GROUP, like join={example}")))
            }
        }
    }

    fn check_bind(&self, scheme: &Scheme) -> Result<(), Problem> {
        let Some(bind) = &self.bind else { return Ok(()) };
        let (is, takes, remedy) = match (bind, scheme.place) {
            (Bind::File(_), Place::File) => return Ok(()),
            (Bind::Inet { .. }, Place::File) => ("an address", "a path", "write bind=/path or bind=@name"),
            (Bind::File(_), _) => ("a path", "an address", "write bind=[ADDRESS][:PORT], like bind=:9000"),
            (Bind::Inet { .. }, _) => return Ok(()),
        };
        let bind = format!("bind={bind}");
        let what = format!("{bind} is {is}, but {} takes {takes}", scheme.name);
        Err(Problem::whole(&bind, what, remedy))
    }

    /// Plain calls know no trains.
    fn check_trains(&self) -> Result<(), Problem> {
        let asked = [("gro", self.gro), ("gso", self.gso)].into_iter().find(|(_, on)| *on == Some(true));
        match asked {
            Some((name, _)) if self.portable == Some(true) => {
                let what = format!("portable calls know no trains, as {name} wants them");
                Err(Problem::whole(&format!("{name}=yes"), what, "leave one of them out"))
            }
            _ => Ok(()),
        }
    }

    /// A server of TLS shows one certificate, and a key is that of a certificate.
    fn check_certificate(&self, scheme: &Scheme, role: Role) -> Result<(), Problem> {
        let made = self.self_signed == Some(true);
        match (&self.cert, &self.key) {
            (Some(_), _) if made => {
                let what = "cert and self-signed are two certificates";
                Err(Problem::whole("self-signed=yes", what, "choose one of them"))
            }
            (None, Some(key)) => {
                let what = "there is a key, but no certificate";
                Err(Problem::whole(&format!("key={key}"), what, "add cert=FILE"))
            }
            (None, None) if role == Role::Listen && scheme.is_tls() && !made => {
                let what = format!("listening at {} needs a certificate", scheme.name);
                Err(Problem::whole("", what, "add cert=FILE and key=FILE, or self-signed"))
            }
            _ => Ok(()),
        }
    }
}

/// Checks that the option is one of `scheme`.
pub(super) fn applies(spec: &OptionSpec, scheme: &Scheme) -> Result<(), Problem> {
    if spec.schemes.contains(&scheme.name) {
        return Ok(());
    }
    let what = format!("{} does not apply to {}", spec.name, scheme.name);
    Err(Problem::whole("", what, format!("it is for {}", spec.schemes.join(" "))))
}

fn plays(spec: &OptionSpec, role: Role) -> Result<(), Problem> {
    if spec.roles.contains(&role) {
        return Ok(());
    }
    let what = format!("{} does not apply to {}", spec.name, role.word());
    Err(Problem::whole("", what, if spec.name == "bind" { BIND_REMEDY } else { "leave it out" }))
}

const BIND_REMEDY: &str = "a listener's own address is that of the endpoint";
