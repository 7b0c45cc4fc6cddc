namespace TuneGraph;

/// <summary>
/// The codes of all diagnostics. A code never changes its meaning; <c>docs/errors.md</c> explains each.
/// </summary>
internal static class DiagnosticCode
{
    // The file itself.
    public const string FileUnreadable = "TG0001";
    public const string FileTooLarge = "TG0002";
    public const string NotUtf8 = "TG0003";
    public const string EmptyFile = "TG0004";
    public const string SeveralDocuments = "TG0005";
    public const string Syntax = "TG0006";
    public const string AliasRefused = "TG0007";
    public const string TagRefused = "TG0008";
    public const string TooDeep = "TG0009";
    public const string TooManyElements = "TG0010";
    public const string DuplicateKey = "TG0011";
    public const string KeyIsNoText = "TG0012";

    // The shape: which keys there are and what their values look like.
    public const string MissingKey = "TG0101";
    public const string WrongType = "TG0102";
    public const string UnknownKey = "TG0103";
    public const string UnknownName = "TG0104";
    public const string OutOfRange = "TG0105";
    public const string NoValue = "TG0106";
    public const string Malformed = "TG0107";
    public const string KeysExclude = "TG0108";
    public const string NoDataFile = "TG0109";
    public const string NoPastStudy = "TG0110";

    // The search space.
    public const string LowAboveHigh = "TG0201";
    public const string LogFromZero = "TG0202";
    public const string LogWithStep = "TG0203";
    public const string DuplicateChoice = "TG0204";
    public const string UnknownParent = "TG0205";
    public const string ImpossibleCondition = "TG0206";
    public const string ConditionCycle = "TG0207";
    public const string MalformedCondition = "TG0208";
    public const string ImpossibleRules = "TG0209";
    public const string WeightsMismatch = "TG0210";
    public const string ImpossibleShape = "TG0211";

    // How the parts fit together.
    public const string UnknownParameter = "TG0301";
    public const string UnusedParameter = "TG0302";
    public const string ParameterKind = "TG0303";
    public const string ParameterRange = "TG0304";
    public const string TaskMismatch = "TG0305";
    public const string MetricAndDirection = "TG0306";
    public const string ResourceAboveEpochs = "TG0307";
    public const string SplitSum = "TG0308";
    public const string TooManyObjectives = "TG0309";
    public const string ParameterOut = "TG0310";

    // Graph files.
    public const string UnknownTask = "TG0401";
    public const string TaskCycle = "TG0402";
    public const string UnknownMethod = "TG0403";
    public const string WrongArguments = "TG0404";
}
