// Chance is an input of the tests too: the same cases on every run, so that a failure is a change's and not the day's.
// To look for new cases, change the numbers and run again; a case that fails becomes a test of its own.
[assembly: FsCheck.Xunit.Properties(Replay = "(7418529630741852963,1472583690147258369)")]
