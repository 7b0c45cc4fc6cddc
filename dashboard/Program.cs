using TuneGraph.Dashboard;

return await DashboardCommand.RunAsync(args);
