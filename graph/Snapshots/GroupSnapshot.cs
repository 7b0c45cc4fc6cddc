namespace TuneGraph.Graph;


