using System.Diagnostics;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Writes the events of a study's log into the tables that people query; the sequence numbers beside them keep the
/// log's
/// order. <see cref="SqlLogReader"/> is its mirror image.
/// </summary>
internal sealed class SqlEventWriter(SqlSession session)
{
    public void Write(SqlCursor study, EventLogged logged, string now)
    {
        var sequence = study.Sequence++;
        switch (logged.Event)
        {
            case TrialAsked asked:
                WriteAsked(study, sequence, asked, now);
                break;
            case TrialImported imported:
                WriteImported(study, sequence, imported, now);
                break;
            case BudgetChanged { Budget: var budget } changed:
                session.Run(
                    """
                    INSERT INTO budgets (study, sequence, number, trials, steps, cost, at)
                    VALUES ($0, $1, $2, $3, $4, $5, $6)
                    """,
                    study.Id, sequence, changed.Number, budget.Trials, budget.Steps, budget.Cost, now);
                break;
            case RangesChanged changed:
                session.Run(
                    "INSERT INTO ranges (study, sequence, number, parameters, at) VALUES ($0, $1, $2, $3, $4)",
                    study.Id, sequence, changed.Number, ParameterText.WriteAll(changed.Ranges), now);
                break;
            case ParameterSuggested suggested:
                WriteSuggested(study, sequence, suggested, now);
                break;
            case StepReported reported:
                WriteReported(study, sequence, reported, logged.Metrics, now);
                break;
            case TrialPaused paused:
                WritePause(study, sequence, paused.Number, paused.Step, TrialState.Paused, now);
                break;
            case TrialResumed resumed:
                WritePause(study, sequence, resumed.Number, null, TrialState.Running, now);
                break;
            case TrialTold told:
                WriteTold(study, sequence, told, now);
                break;
            default:
                throw new UnreachableException($"Unhandled event {logged.Event.GetType().Name}.");
        }
    }

    private void WriteAsked(SqlCursor study, long sequence, TrialAsked asked, string now)
    {
        const string Trial = """
            INSERT INTO trials (study, number, given, state, asked_sequence, asked_at, why)
            VALUES ($0, $1, $2, 'Running', $3, $4, $5)
            """;
        const string Parameter = """
            INSERT INTO parameters (study, trial, position, name, value, asked_value)
            VALUES ($0, $1, $2, $3, $4, $5)
            """;
        const string Origin = "INSERT INTO origins (study, trial, donor, step) VALUES ($0, $1, $2, $3)";
        session.Run(Trial, study.Id, asked.Number, asked.Given ? 1 : 0, sequence, now, asked.Why);
        if (asked.Origin is { } origin)
            session.Run(Origin, study.Id, asked.Number, origin.Trial, origin.Step);
        var position = 0;
        foreach (var (name, value) in asked.Configuration)
        {
            // In a define-by-run study these values are a proposal: they count once the trial wants them.
            var text = value.Encode();
            session.Run(Parameter, study.Id, asked.Number, position++, name, study.DefineByRun ? null : text, text);
        }
    }

    private void WriteImported(SqlCursor study, long sequence, TrialImported imported, string now) =>
        session.Run(
            """
            INSERT INTO imports (study, number, source, parameters, objectives, sequence, at)
            VALUES ($0, $1, $2, $3, $4, $5, $6)
            """,
            study.Id,
            imported.Number,
            imported.Study,
            ImportedText.Write(imported.Configuration),
            ImportedText.Write(imported.Values),
            sequence,
            now
        );

    private void WriteSuggested(SqlCursor study, long sequence, ParameterSuggested suggested, string now) =>
        session.Run(
            """
            INSERT INTO parameters (study, trial, position, name, value, declaration, sequence, at)
            VALUES ($0, $1, $2, $3, $4, $5, $2, $6)
            ON CONFLICT (study, trial, name) DO UPDATE SET value = $4, declaration = $5, sequence = $2, at = $6
            """,
            study.Id,
            suggested.Number,
            sequence,
            suggested.Parameter.Name,
            suggested.Value.Encode(),
            ParameterText.Write(suggested.Parameter),
            now
        );

    private void WriteReported(
        SqlCursor study,
        long sequence,
        StepReported reported,
        StepMetrics? metrics,
        string now
    )
    {
        const string More = """
            INSERT INTO more_intermediate_values (study, trial, step, objective, value) VALUES ($0, $1, $2, $3, $4)
            """;
        session.Run(
            """
            INSERT INTO intermediate_values
                (study, trial, step, value, train_loss, val_loss, val_accuracy, parameters, sequence, at,
                val_f1, val_roc_auc, val_average_precision, val_rmse, val_mae, val_r2, measures, notes, times)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            """,
            study.Id,
            reported.Number,
            reported.Step,
            reported.Value,
            metrics?.TrainLoss,
            metrics?.ValidationLoss,
            metrics?.ValidationAccuracy,
            metrics?.Parameters,
            sequence,
            now,
            metrics?.ValidationF1,
            metrics?.ValidationRocAuc,
            metrics?.ValidationAveragePrecision,
            metrics?.ValidationRmse,
            metrics?.ValidationMae,
            metrics?.ValidationR2,
            metrics is null ? null : MeasuresText.Write(metrics.Measures),
            metrics is null ? null : MeasuresText.Write(metrics.Notes),
            metrics?.Times?.Encode()
        );
        for (var i = 1; i < reported.Values.Length; i++)
            session.Run(More, study.Id, reported.Number, reported.Step, i, reported.Values[i]);
    }

    private void WritePause(SqlCursor study, long sequence, int trial, int? step, TrialState state, string now)
    {
        const string Pause = "INSERT INTO pauses (study, sequence, trial, step, at) VALUES ($0, $1, $2, $3, $4)";
        session.Run(Pause, study.Id, sequence, trial, step, now);
        session.Run(
            "UPDATE trials SET state = $2 WHERE study = $0 AND number = $1",
            study.Id,
            trial,
            state.ToString()
        );
    }

    private void WriteTold(SqlCursor study, long sequence, TrialTold told, string now)
    {
        const string More = "INSERT INTO more_values (study, trial, objective, value) VALUES ($0, $1, $2, $3)";
        const string Constraint =
            "INSERT INTO constraint_values (study, trial, position, value) VALUES ($0, $1, $2, $3)";
        session.Run(
            """
            UPDATE trials SET state = $2, value = $3, reason = $4, told_sequence = $5, told_at = $6, cost = $7
            WHERE study = $0 AND number = $1
            """,
            study.Id,
            told.Number,
            told.State.ToString(),
            told.Value,
            told.Reason,
            sequence,
            now,
            told.Cost
        );
        for (var i = 1; i < told.Values.Length; i++)
            session.Run(More, study.Id, told.Number, i, told.Values[i]);
        for (var i = 0; i < told.Constraints.Length; i++)
            session.Run(Constraint, study.Id, told.Number, i, told.Constraints[i]);
    }
}
