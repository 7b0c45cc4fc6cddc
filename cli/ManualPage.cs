using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace TuneGraph.Cli;

/// <summary>Help that is a manual page: usage and options as always, then examples, files and exit codes.</summary>
internal sealed class ManualPage(HelpAction standard) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string> _chapters = new()
    {
        ["run"] = """
            Examples:
              tunegraph run examples/digits.yaml
              tunegraph run examples/digits.yaml --resume             go on after Ctrl-C, a crash or a reboot
              tunegraph run examples/digits.yaml --trials 200 --output runs/long
              tunegraph run examples/digits.yaml --dashboard          watch it at http://127.0.0.1:5812
              tunegraph run examples/digits.yaml --json | jq .        one JSON object a line

            Files, in the output folder:
              study.db              SQLite: the study, its trials, every step, attempts and tasks
              model.safetensors     the final model           best.yaml     the best configuration
              report.md, *.svg      the report                metrics.json  the outcome for machines
              trials.csv            every trial               sweep.yaml    the sweep as it was run

            Signals:
              Ctrl-C (or SIGTERM) once: running trials end at their next step, with a checkpoint.
              Twice: they end at once.
              Either way nothing finished is lost: --resume goes on.
            """,
        ["submit"] = """
            Examples:
              tunegraph submit sweep.yaml                               to the scheduler of this machine
              tunegraph submit sweep.yaml --server http://gpu-7:5810    its token in TUNEGRAPH_TOKEN
              tunegraph status digits --server http://gpu-7:5810
            """,
        ["serve"] = """
            Examples:
              tunegraph serve --data /var/lib/tunegraph
              tunegraph serve -- --help                                 all settings

            The scheduler is a program of its own, TuneGraph.Scheduler.dll. It is looked for in the folder that
            TUNEGRAPH_HOME names, beside this command, and where a build of the repository puts it.
            """,
        ["worker"] = """
            Examples:
              tunegraph worker --scheduler http://gpu-7:5810 --slots 8
              tunegraph worker -- --help                                all settings

            The worker is a program of its own, TuneGraph.Worker.dll; 'tunegraph serve --help' tells where it is
            looked for.
            """,
        ["best"] = """
            Examples:
              tunegraph best examples/digits.yaml
              tunegraph best runs/digits --as args      --layers=2 --width=117 …, for a command of your own
            """,
        ["show"] = """
            Examples:
              tunegraph show runs/digits
              tunegraph show runs                       every study below a folder
              tunegraph show 'Host=db;Database=tunegraph;Username=me' --urls http://127.0.0.1:8080
              TUNEGRAPH_TOKEN=… tunegraph show runs --urls http://0.0.0.0:5812
            Nothing is written to a study; what runs goes on whether somebody looks or not.
            """,
        ["logs"] = """
            Examples:
              tunegraph logs runs/digits --trial 7
              tunegraph logs runs/digits --search 'out of memory' --stderr
              tunegraph logs digits --follow --server http://gpu-7:5810    its token in TUNEGRAPH_TOKEN
              tunegraph logs 'Host=db;Database=tunegraph;Username=me' --study digits

            A line has the time in UTC, the trial, the rank or a dash, and whether it went to the standard output or
            the standard error. Of an attempt the newest million characters are kept, of a study the newest 50 million.
            With --follow Ctrl-C ends the command and nothing else.
            """,
        ["export"] = """
            Examples:
              tunegraph export runs/digits > trials.csv
              tunegraph export runs/digits --format jsonl --file trials.jsonl
            """,
    };

    public override int Invoke(ParseResult parseResult)
    {
        var code = standard.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (_chapters.TryGetValue(parseResult.CommandResult.Command.Name, out var chapter))
        {
            output.WriteLine(chapter);
            output.WriteLine();
        }

        output.WriteLine(
            """
            Exit codes:
              0 success   1 the study failed   2 wrong usage   3 invalid sweep or data   4 not found
              7 the study exists already   124 time limit reached   130 stopped by Ctrl-C   143 stopped by SIGTERM
            """
        );
        return code;
    }
}
