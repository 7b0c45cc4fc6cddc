namespace TuneGraph.Training;

/// <summary>How the learning rate changes over a training, after the warm-up.</summary>
public enum ScheduleKind
{
    /// <summary>Not at all.</summary>
    Constant,

    /// <summary>Times a factor after every so many epochs.</summary>
    Step,

    /// <summary>
    /// Down along half a cosine: Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5, no restarts.
    /// </summary>
    Cosine,

    /// <summary>
    /// Up along a cosine from 1/25 for the first 30% of the steps, then down to 1/250,000: Smith and Topin 2017,
    /// arXiv:1708.07120, as PyTorch's OneCycleLR.
    /// </summary>
    OneCycle,
}
