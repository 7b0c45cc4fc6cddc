namespace TuneGraph.Tests.Sweeps;

public sealed class YamlGuardTests
{
    [Fact]
    public void An_alias_bomb_is_refused_before_it_grows()
    {
        var bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" +
            string.Concat("bcdefghi".Select(name => $"{name}: &{name} [{Nine($"*{(char)(name - 1)}")}]\n"));

        var mistakes = SweepSample.Mistakes(bomb);

        Assert.Equal(
            "sweep.yaml(1,4): error TG0007: anchor '&a' is not allowed; remove it and write the value out where " +
            "it is needed",
            mistakes[0]);
        Assert.Equal("sweep.yaml(2,8): error TG0007: alias '*a' is not allowed; write the value out", mistakes[2]);
        Assert.All(mistakes, mistake => Assert.Contains("TG0007", mistake, StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_that_contains_itself_is_refused() =>
        Assert.Equal(
            [
                "sweep.yaml(1,1): error TG0007: anchor '&a' is not allowed; remove it and write the value out " +
                "where it is needed",
                "sweep.yaml(1,5): error TG0007: alias '*a' is not allowed; write the value out",
            ],
            SweepSample.Mistakes("&a [*a]"));

    [Fact]
    public void A_merge_key_is_refused() =>
        SweepSample.Expect("seed: 7\n", "<<: {seed: 7}\n",
            "sweep.yaml(4,1): error TG0007: merge key '<<' is not allowed; write the keys out");

    [Fact]
    public void A_tag_is_refused() =>
        SweepSample.Expect("seed: 7\n", "seed: !int 7\n",
            "sweep.yaml(4,7): error TG0008: tag '!int' is not allowed; " +
            "remove it, and put text in quotes where it looks like a number");

    [Theory]
    [InlineData("[", 33)]
    [InlineData("{a: ", 129)]
    [InlineData("- ", 65)]
    public void Endless_nesting_is_refused_at_its_33rd_level(string level, int column) =>
        Assert.Equal(
            [$"sweep.yaml(1,{column}): error TG0009: this is nested more than 32 levels deep; no sweep needs that"],
            SweepSample.Mistakes(string.Concat(Enumerable.Repeat(level, 100_000))));

    [Fact]
    public void More_than_a_hundred_thousand_elements_are_refused() =>
        Assert.Equal(
            [
                "sweep.yaml(1,199996): error TG0010: the file has more than 100000 YAML elements; " +
                "keep data in files of its own",
            ],
            SweepSample.Mistakes("[" + string.Concat(Enumerable.Repeat("a,", 200_000)) + "]"));

    [Fact]
    public void A_text_of_more_than_a_megabyte_is_refused() =>
        Assert.Equal(
            [
                "sweep.yaml(1,1): error TG0002: the file is larger than 1 MB, the most that a sweep may have; " +
                "keep data in files of its own",
            ],
            SweepSample.Mistakes(new string('#', (1 << 20) + 1)));

    [Fact]
    public void A_key_given_twice_is_told_with_both_places() =>
        SweepSample.Expect("seed: 7\n", "seed: 7\nkind: Sweep\n",
            "sweep.yaml(5,1): error TG0011: key 'kind' is already given at line 2, column 1; remove one of the two");

    [Fact]
    public void A_parameter_given_twice_is_told_with_both_places() =>
        SweepSample.Expect("  batch: ", "  lr: {type: float}\n  batch: ",
            "sweep.yaml(28,3): error TG0011: key 'lr' is already given at line 25, column 3; remove one of the two");

    [Fact]
    public void A_key_that_is_a_list_is_refused() =>
        SweepSample.Expect("seed: 7\n", "? [seed]\n: 7\n",
            "sweep.yaml(4,3): error TG0012: a key must be a word, not a list or a mapping");

    [Fact]
    public void A_second_document_is_refused() =>
        Assert.Equal(
            [
                "sweep.yaml(48,1): error TG0005: a second document starts here; " +
                "a file holds one sweep, so remove '---' or split the file",
            ],
            SweepSample.Mistakes(SweepSample.Text + "---\n" + SweepSample.Text));

    [Theory]
    [InlineData("")]
    [InlineData("  \n\n")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("---\n")]
    public void An_empty_file_is_refused(string text) =>
        Assert.Equal(
            ["sweep.yaml(1,1): error TG0004: the file is empty; a sweep starts with 'apiVersion: tunegraph/v1'"],
            SweepSample.Mistakes(text));

    [Fact]
    public void A_tab_as_indentation_is_pointed_at() =>
        SweepSample.Expect("  epochs: 30", "\tepochs: 30",
            "sweep.yaml(30,1): error TG0006: this line is indented with a tab; YAML allows only spaces there");

    [Fact]
    public void A_bracket_that_is_not_closed_is_pointed_at() =>
        SweepSample.Expect("[relu, tanh, gelu]", "[relu, tanh, gelu",
            "sweep.yaml(22,61): error TG0006: this is no valid YAML: while parsing a flow sequence, " +
            "did not find expected ',' or ']'; is the '[' at line 22, column 44 closed?");

    [Fact]
    public void A_brace_that_is_not_closed_is_pointed_at_even_where_the_parser_is_silent() =>
        SweepSample.Expect("final: {retrain: true}", "final: {retrain: true",
            "sweep.yaml(46,9): error TG0006: this is no valid YAML: something is missing after this; " +
            "is the '{' at line 46, column 8 closed?");

    [Fact]
    public void A_forgotten_colon_is_a_syntax_error_with_its_place() =>
        SweepSample.Expect("  target: digit\n", "  target digit\n",
            "sweep.yaml(8,3): error TG0006: this is no valid YAML: while parsing a block mapping, " +
            "did not find expected key; check quotes, colons and indentation");

    [Fact]
    public void A_control_character_is_refused() =>
        SweepSample.Expect("name: digits", "name: dig\u0007its",
            "sweep.yaml(3,10): error TG0006: the character U+0007 is not allowed in YAML; remove it");

    private static string Nine(string item) => string.Join(", ", Enumerable.Repeat(item, 9));
}
