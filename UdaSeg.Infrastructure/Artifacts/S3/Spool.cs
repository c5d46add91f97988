using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace UdaSeg.Infrastructure.Artifacts.S3;

/// <summary>A temporary file whose SHA-256 is computed while it is written. Gone when disposed, unless it was moved.</summary>
internal sealed class Spool : IDisposable
{
    private readonly DigestStream _stream;

    public Spool(string path)
    {
        Path = path;
        _stream = new DigestStream(new FileStream(path, FileMode.CreateNew, FileAccess.Write));
    }

    public string Path { get; }

    /// <summary>Written from beginning to end; whoever writes may close it.</summary>
    public Stream Stream => _stream;

    /// <summary>Closes the stream and brings the bytes to the disk.</summary>
    public StoredContent Finish()
    {
        _stream.Dispose();
        using (SafeFileHandle written = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.FlushToDisk(written);
        return new StoredContent(_stream.Sha256(), _stream.Position);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _stream.Release();
        File.Delete(Path);
    }

    private sealed class DigestStream(FileStream file) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => file.CanWrite;

        public override long Length => _length;

        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public string Sha256() => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public void Release() => _hash.Dispose();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            file.Write(buffer);
            _hash.AppendData(buffer);
            _length += buffer.Length;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override void Flush() => file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) file.Dispose();
            base.Dispose(disposing);
        }
    }
}
