namespace TuneGraph.Training;

/// <summary>In which order a stage of a pipeline takes the passes of its micro-batches.</summary>
public enum PipelineSchedule
{
    /// <summary>
    /// All forward passes, then all backward passes: GPipe, Huang et al. 2019, arXiv:1811.06965. A stage keeps the
    /// values of all micro-batches.
    /// </summary>
    GPipe,

    /// <summary>
    /// One forward, one backward: PipeDream-Flush, Narayanan et al. 2021, arXiv:2006.09503, as in Megatron-LM,
    /// arXiv:2104.04473, figure 4. As idle as GPipe, but stage s of p keeps the values of p - s micro-batches at most.
    /// </summary>
    OneForwardOneBackward,
}
