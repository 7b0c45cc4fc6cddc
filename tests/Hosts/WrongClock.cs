using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Tests.Hosts;

/// <summary>
/// A library that makes a process see another time of day, by as many seconds as <c>CLOCK_OFF</c> says.
/// </summary>
internal static class WrongClock
{
    private const string Compiler = "/usr/bin/cc";

    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <stdlib.h>
        #include <sys/time.h>
        #include <time.h>
        static time_t off(void) { const char *text = getenv("CLOCK_OFF"); return text ? atol(text) : 0; }
        int clock_gettime(clockid_t clock, struct timespec *now)
        {
            static int (*real)(clockid_t, struct timespec *);
            if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
            int result = real(clock, now);
            if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += off();
            return result;
        }
        int gettimeofday(struct timeval *restrict now, void *restrict zone)
        {
            struct timespec exact;
            clock_gettime(CLOCK_REALTIME, &exact);
            now->tv_sec = exact.tv_sec;
            now->tv_usec = exact.tv_nsec / 1000;
            return 0;
        }
        time_t time(time_t *now)
        {
            struct timespec exact;
            clock_gettime(CLOCK_REALTIME, &exact);
            if (now) *now = exact.tv_sec;
            return exact.tv_sec;
        }
        """;

    /// <summary>Compiles it; skips the test where that cannot be done.</summary>
    /// <returns>Sets the variables of a process whose clock is to be off.</returns>
    public static async Task<Action<Dictionary<string, string>, TimeSpan>> MakeAsync(
        string library, CancellationToken cancellationToken)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && File.Exists(Compiler), $"There is no {Compiler} to make a wrong clock with.");
        await File.WriteAllTextAsync(library + ".c", Source, cancellationToken);
        using var compile = Process.Start(Compiler, ["-shared", "-fPIC", "-o", library, library + ".c", "-ldl"]);
        await compile.WaitForExitAsync(cancellationToken);
        Assert.Equal(0, compile.ExitCode);
        return (variables, off) =>
        {
            variables["LD_PRELOAD"] = library;
            variables["CLOCK_OFF"] = off.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        };
    }
}
