using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class SafeTensorsTests
{
    private static readonly SafeTensorsFile _file = new(
        [
            SafeTensor.Create<float>("a", [2, 3], [1, 2, 3, 4, 5, 6]),
            SafeTensor.Create<double>("b", [1], [0.1]),
            SafeTensor.Create<long>("c", [], [-7]),
            SafeTensor.Create<float>("empty", [0, 4], []),
        ],
        ImmutableDictionary<string, string>.Empty.Add("format", "x").Add("name", "é \"quoted\" 漢"));

    [Fact]
    public void What_was_written_is_read()
    {
        var read = SafeTensors.Read(SafeTensors.Write(_file));
        Assert.Equal(_file.Metadata.OrderBy(p => p.Key), read.Metadata.OrderBy(p => p.Key));
        Assert.Equal(["a", "b", "c", "empty"], read.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([1, 2, 3, 4, 5, 6], read.Tensor("a").Values<float>());
        Assert.Equal([2, 3], read.Tensor("a").Shape);
        Assert.Equal([0.1], read.Tensor("b").Values<double>());
        Assert.Equal([-7], read.Tensor("c").Values<long>());
        Assert.Equal(0, read.Tensor("empty").Data.Length);
        Assert.Throws<InvalidDataException>(() => read.Tensor("a").Values<double>().Length);
        Assert.Throws<InvalidDataException>(() => read.Tensor("z"));
    }

    /// <summary>The file of the format's own documentation, byte by byte: a header without padding.</summary>
    [Fact]
    public void A_file_laid_out_by_hand_is_read()
    {
        var bytes = Bytes("""{"t":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}""", [0, 0, 0x80, 0x3F]);
        Assert.Equal([1f], SafeTensors.Read(bytes).Tensor("t").Values<float>());
    }

    /// <summary>Tensors as name, type, shape and offsets; eight bytes of data follow.</summary>
    [Theory]
    [InlineData("t F32 [1] [0,4];t F32 [1] [4,8]", "twice")]
    [InlineData("t F32 [1] [0,4];u F32 [1] [0,4]", "overlap")]
    [InlineData("t F32 [1] [4,8]", "hole")]
    [InlineData("t F32 [1] [0,4]", "end at byte 4 of 8")]
    [InlineData("t F32 [3] [0,8]", "does not take 8 bytes")]
    [InlineData("t F32 [2] [8,0]", "lies at [8, 0)")]
    [InlineData("t F32 [4] [0,16]", "lies at [0, 16)")]
    [InlineData("t F32 [4611686018427387904,4611686018427387904] [0,8]", "does not take")]
    [InlineData("t F32 [-2] [0,8]", "whole numbers from 0")]
    [InlineData("t F32 [1.5] [0,8]", "whole numbers from 0")]
    [InlineData("t BF16 [4] [0,8]", "type BF16")]
    [InlineData("t F32 [2] [0,8,8]", "more than 2")]
    [InlineData("t F32 [2] [0]", "needs dtype")]
    [InlineData("t F32 [1,1,1,1,1,1,1,1,2] [0,8]", "more than 8")]
    public void A_tensor_that_lies_is_refused(string tensors, string words)
    {
        var entries = tensors.Split(';').Select(tensor => tensor.Split(' ')).Select(part =>
            $$"""
            "{{part[0]}}":{"dtype":"{{part[1]}}","shape":{{part[2]}},"data_offsets":{{part[3]}}}
            """);
        CheckRefused($"{{{string.Join(',', entries)}}}", words);
    }

    [Theory]
    [InlineData("""{"t":{"dtype":"F32","shape":[2]}}""", "needs dtype")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}""", "property 'x'")]
    [InlineData("""{"t":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "property 'dtype'")]
    [InlineData("""{"__metadata__":{"a":1}}""", "'a'")]
    [InlineData("""{"__metadata__":{"a":"\ud800"}}""", "JSON")]
    [InlineData("""[]""", "header")]
    [InlineData("""{} {}""", "JSON")]
    [InlineData("""{"t":""", "JSON")]
    public void A_header_that_lies_is_refused(string header, string words) => CheckRefused(header, words);

    [Fact]
    public void Every_cut_of_a_file_is_refused()
    {
        var bytes = SafeTensors.Write(_file);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => SafeTensors.Read(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void A_header_of_absurd_length_is_refused_before_it_is_read()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ulong.MaxValue);
        var error = Assert.Throws<InvalidDataException>(() => SafeTensors.Read(bytes));
        Assert.Contains("most allowed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_must_be_distinct_and_shapes_must_fit()
    {
        var one = SafeTensor.Create<float>("a", [1], [1]);
        Assert.Throws<ArgumentException>(
            () => SafeTensors.Write(new SafeTensorsFile([one, one], ImmutableDictionary<string, string>.Empty)));
        Assert.Throws<ArgumentException>(() => SafeTensor.Create<float>("a", [2], [1]));
        Assert.Throws<ArgumentException>(() => SafeTensor.Create<int>("a", [1], [1]));
    }

    private static void CheckRefused(string header, string words)
    {
        var error = Assert.Throws<InvalidDataException>(() => SafeTensors.Read(Bytes(header, new byte[8])));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. data];
    }
}
