using System.IO.Compression;
using System.Security.Cryptography;

namespace TuneGraph.Training;

/// <summary>A data file on disk, gzip-compressed or not.</summary>
internal static class DataFile
{
    /// <summary>The most bytes that a file may hold after decompression: 4 GiB.</summary>
    public const long DefaultLimitBytes = 4L << 30;

    /// <summary>Opens a file and reads its SHA-256; the stream stands at the start.</summary>
    /// <exception cref="DataException">The file is missing or cannot be read.</exception>
    public static FileStream Open(string path, out byte[] hash)
    {
        try
        {
            var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 << 10, FileOptions.SequentialScan);
            hash = SHA256.HashData(file);
            file.Position = 0;
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            var missing = e is FileNotFoundException or DirectoryNotFoundException;
            var problem = missing ? "there is no such file" : $"the file cannot be read ({e.Message})";
            throw new DataException(path, $"{problem}; the full path tried is '{Path.GetFullPath(path)}'.", e);
        }
    }

    /// <summary>The text inside, decompressed if it is gzip; at most <paramref name="limit"/> bytes.</summary>
    public static Stream Text(FileStream file, string path, long limit)
    {
        Span<byte> magic = stackalloc byte[2];
        var read = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        file.Position = 0;
        var gzip = read == 2 && magic.SequenceEqual((ReadOnlySpan<byte>)[0x1F, 0x8B]);
        return new BoundedStream(gzip ? new GZipStream(file, CompressionMode.Decompress) : file, path, limit);
    }

    /// <summary>Passes bytes through until there are too many, and says what a broken archive is.</summary>
    private sealed class BoundedStream(Stream inner, string path, long limit) : Stream
    {
        private long _read;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            try
            {
                var read = inner.Read(buffer, offset, count);
                _read += read;
                return _read <= limit
                    ? read
                    : throw new DataException(path, $"the text inside exceeds the {limit:N0} bytes allowed.");
            }
            catch (InvalidDataException e)
            {
                throw new DataException(path, $"the gzip archive is damaged ({e.Message}).", e);
            }
        }

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
