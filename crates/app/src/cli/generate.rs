//! What is made from the tables: the schema of the JSON lines, completions and the manual page.

use anyhow::bail;
use clap_complete::Shell;
use sockscope::core::checksum::Algorithm;
use sockscope::core::payload;
use sockscope::view::schema;

use crate::exit::Verdict;
use crate::out;

#[derive(clap::Args)]
pub(crate) struct SchemaArgs {
    /// As tables to read
    #[arg(long)]
    markdown: bool,
    /// The fields of payloads and the checksums instead
    #[arg(long, conflicts_with = "markdown")]
    fields: bool,
}

pub(crate) fn schema(args: &SchemaArgs) -> anyhow::Result<Verdict> {
    let text = match (args.markdown, args.fields) {
        (true, _) => schema::markdown(),
        (_, true) => fields(),
        _ => schema::json_schema(),
    };
    out::result(text.as_bytes())?;
    Ok(Verdict::Done)
}

fn fields() -> String {
    let mut text = "Fields of a payload, computed at each send:\n".to_owned();
    for field in payload::field_help() {
        text += &format!(
            "\n  {{{}}}  {}\n      options: {}\n      example: {}\n",
            field.name, field.meaning, field.options, field.example
        );
    }
    text += "\nChecksums:\n\n";
    for algorithm in Algorithm::all() {
        text += &format!("  {}\n", algorithm.name());
    }
    text
}

#[derive(clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn completions(args: &CompletionsArgs) -> anyhow::Result<Verdict> {
    // Into memory first: the generator would panic on a closed pipe.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "sockscope", &mut script);
    out::result(&script)?;
    Ok(Verdict::Done)
}

#[derive(clap::Args)]
pub(crate) struct ManArgs {
    /// The command whose page to print; the program's own when absent
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

pub(crate) fn man(args: &ManArgs) -> anyhow::Result<Verdict> {
    let mut page = super::command();
    page.build();
    if let Some(name) = &args.command {
        let names: Vec<_> = page.get_subcommands().map(|c| c.get_name().to_owned()).collect();
        let Some(task) = page.find_subcommand(name) else {
            bail!("there is no command {name:?}; there are {}", names.join(", "));
        };
        page = task.clone().name(format!("sockscope-{name}"));
    }
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    out::result(&text)?;
    Ok(Verdict::Done)
}
