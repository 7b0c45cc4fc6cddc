using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class PrivacyAccountantTests
{
    /// <summary>
    /// Values that others publish in their own tests: TensorFlow Privacy, compute_dp_sgd_privacy_test (60,000 rows in
    /// batches of 150, 15 epochs; 100,000 in batches of 100, 30 epochs), and Opacus, accountants_test (q = 0.04).
    /// </summary>
    [Theory]
    [InlineData(150.0 / 60_000, 1.3, 6_000, 1e-5, 0.7242234026109595)]
    [InlineData(100.0 / 100_000, 1.0, 30_000, 1e-7, 1.4154988495444845)]
    [InlineData(0.04, 1.5, 2_249, 1e-5, 7.32911117143)]
    public void Epsilon_is_what_others_publish(
        double samplingRate, double noise, int steps, double delta, double expected) =>
        Assert.Equal(expected, PrivacyAccountant.Epsilon(samplingRate, noise, steps, delta), expected * 0.01);

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(32)]
    public void The_divergence_of_a_whole_order_is_the_binomial_sum(int order)
    {
        // Mironov, Talwar and Zhang 2019, (5): Σ C(α, k) (1 - q)^(α - k) q^k e^((k² - k) / 2σ²).
        const double Q = 0.01, Sigma = 1.1;
        var (sum, binomial) = (0.0, 1.0);
        for (var k = 0; k <= order; k++)
        {
            sum += binomial * Math.Pow(1 - Q, order - k) * Math.Pow(Q, k)
                * Math.Exp(((k * k) - k) / (2 * Sigma * Sigma));
            binomial *= (order - k) / (k + 1.0);
        }
        var expected = Math.Log(sum) / (order - 1);

        Assert.Equal(expected, PrivacyAccountant.Renyi(Q, Sigma, order), expected * 1e-9);
    }

    [Fact]
    public void More_steps_more_sampling_and_less_noise_cost_more()
    {
        var base_ = PrivacyAccountant.Epsilon(0.01, 1, 100, 1e-5);

        Assert.Equal(0, PrivacyAccountant.Epsilon(0.01, 1, 0, 1e-5));
        Assert.True(PrivacyAccountant.Epsilon(0.01, 1, 200, 1e-5) > base_);
        Assert.True(PrivacyAccountant.Epsilon(0.02, 1, 100, 1e-5) > base_);
        Assert.True(PrivacyAccountant.Epsilon(0.01, 0.8, 100, 1e-5) > base_);
        Assert.True(PrivacyAccountant.Epsilon(0.01, 1, 100, 1e-7) > base_);
    }
}
