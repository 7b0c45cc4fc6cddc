using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class DefineByRunTests
{
    private static readonly Parameter _rate = new("rate", new FloatDistribution(1e-4, 1, Log: true));
    private static readonly Parameter _layers = new("layers", new IntDistribution(1, 4));
    private static readonly Parameter _dropout = new("dropout", new FloatDistribution(0, 0.5));

    [Fact]
    public void Asked_again_the_answer_is_the_same()
    {
        var study = Make();
        study.Ask();
        var rate = study.Suggest(0, _rate);
        study.Suggest(0, _layers);
        Assert.Equal(rate, study.Suggest(0, _rate));
        Assert.Equal(3, study.Log.Count);
        Assert.Equal(["rate", "layers"], study.Trials[0].Configuration.Items.Select(i => i.Key));
    }

    [Fact]
    public void One_name_has_one_distribution_within_a_trial()
    {
        var study = Make();
        study.Ask();
        study.Suggest(0, _rate);
        Assert.Throws<ArgumentException>(() => study.Suggest(0, new("rate", new FloatDistribution(0, 1))));
        study.Ask();
        Assert.InRange(study.Suggest(1, new("rate", new FloatDistribution(5, 6))).AsFloat(), 5, 6); // another trial may
    }

    [Fact]
    public void The_order_of_questions_does_not_change_the_answers()
    {
        var (one, other) = (Make(), Make());
        one.Ask();
        other.Ask();
        var (rate, layers) = (one.Suggest(0, _rate), one.Suggest(0, _layers));
        Assert.Equal(layers, other.Suggest(0, _layers));
        Assert.Equal(rate, other.Suggest(0, _rate));
    }

    [Fact]
    public void Parameters_that_all_finished_trials_share_are_chosen_jointly()
    {
        var study = Make();
        for (var k = 0; k < 12; k++)
            Finish(study, withDropout: k % 2 == 0);
        var trial = study.Ask()!;
        var proposal = ((TrialAsked)study.Log[^1]).Configuration;
        Assert.Equal(["rate", "layers"], proposal.Items.Select(i => i.Key));
        Assert.Equal(proposal["rate"], study.Suggest(trial.Number, _rate));
        Assert.Equal(proposal["layers"], study.Suggest(trial.Number, _layers));
        Assert.True(_dropout.Distribution.Contains(study.Suggest(trial.Number, _dropout)));
    }

    [Fact]
    public void A_parameter_whose_range_has_changed_is_suggested_anew()
    {
        var study = Make();
        for (var k = 0; k < 12; k++)
            Finish(study, withDropout: false);
        study.Ask();
        Assert.InRange(study.Suggest(12, new("rate", new FloatDistribution(2, 3))).AsFloat(), 2, 3);
    }

    [Fact]
    public void Enqueued_values_wait_until_they_are_asked_for()
    {
        var study = Make();
        study.Enqueue(Configuration.Of(("rate", 1), ("unused", "x"), ("layers", 9)));
        Assert.Equal(1.0, study.Suggest(0, _rate));
        Assert.Equal("layers", Assert.Throws<SearchSpaceException>(() => study.Suggest(0, _layers)).Parameter);
        Assert.True(_dropout.Distribution.Contains(study.Suggest(0, _dropout)));
        Assert.False(study.Trials[0].Configuration.Contains("unused"));
    }

    [Fact]
    public void A_study_with_a_space_answers_from_the_configuration()
    {
        var off = new Parameter("off", new IntDistribution(1, 2), Condition.On("layers", 4));
        var study = new Study(new() { Space = new([_rate, _layers, off]), Sampler = new RandomSampler() });
        study.Enqueue(Configuration.Of(("rate", 0.5), ("layers", 2)));
        Assert.Equal(0.5, study.Suggest(0, _rate));
        Assert.Throws<SearchSpaceException>(() => study.Suggest(0, off));
        Assert.Throws<SearchSpaceException>(() => study.Suggest(0, _dropout));
        Assert.Throws<ArgumentException>(() => study.Suggest(0, new("layers", new IntDistribution(1, 5))));
        Assert.Single(study.Log);
    }

    [Fact]
    public void A_grid_refuses_to_be_defined_by_run() =>
        Assert.Contains("needs a search space", Assert.Throws<ArgumentException>(
            () => new Study(new() { Sampler = new GridSampler() })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_restored_study_goes_on_in_the_middle_of_a_trial()
    {
        var study = Make();
        for (var k = 0; k < 15; k++)
            Finish(study, withDropout: k % 3 == 0);
        study.Ask();
        study.Suggest(15, _rate);
        var restored = Study.Restore(study.Options, study.Log);
        foreach (var parameter in (Parameter[])[_dropout, _layers, _rate])
            Assert.Equal(study.Suggest(15, parameter), restored.Suggest(15, parameter));
        Assert.Equal(study.Ask()!.ToString(), restored.Ask()!.ToString());
        Assert.Equal(study.Log, restored.Log);
    }

    private static Study Make() => new(new() { Sampler = new TpeSampler(), Seed = 5 });

    private static void Finish(Study study, bool withDropout)
    {
        var trial = study.Ask()!.Number;
        var loss = Math.Abs(Math.Log10(study.Suggest(trial, _rate).AsFloat()) + 2);
        loss += study.Suggest(trial, _layers).AsInt();
        if (withDropout)
            loss += study.Suggest(trial, _dropout).AsFloat();
        study.Tell(trial, TrialState.Completed, loss);
    }
}
