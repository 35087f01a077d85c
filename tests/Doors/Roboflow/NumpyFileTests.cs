using System.Buffers.Binary;
using System.Text;
using Segmentation.Doors.Roboflow;

namespace Segmentation.Doors.Tests.Roboflow;

public sealed class NumpyFileTests
{
    [Fact]
    public void Header_OfAnArray_IsAlignedAndReadable()
    {
        var header = NumpyFile.Header("<f4", 1, 2, 3);

        Assert.Equal(0, header.Length % 64);
        Assert.Equal((0x93, (byte)'N', (byte)'\n'), (header[0], header[1], header[^1]));
        Assert.Equal(header.Length - 10, BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(8)));
        Assert.StartsWith(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3, ), }",
            Encoding.ASCII.GetString(header, 10, header.Length - 10),
            StringComparison.Ordinal);
        Assert.Equal([0, 0, 0, 0, 0, 0], NumpyFile.Read([.. header, .. new byte[24]], 6));
    }

    /// <summary>Headers as numpy writes them: <c>np.save</c> of arrays of each type.</summary>
    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "0000803f000000c0", 1f, -2f)]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }", "000000000000f03f00000000000000c0", 1f, -2f)]
    [InlineData("{'descr': '<f2', 'fortran_order': False, 'shape': (1, 1, 2), }", "003c00c0", 1f, -2f)]
    [InlineData("{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }", "01000000feffffff", 1f, -2f)]
    [InlineData("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", "0100000000000000feffffffffffffff", 1f, -2f)]
    [InlineData("{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }", "01fe", 1f, -2f)]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", "01ff", 1f, 255f)]
    [InlineData("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", "0100", 1f, 0f)]
    public void Read_NumpysFile_GivesTheValues(string header, string values, params float[] expected) =>
        Assert.Equal(expected, NumpyFile.Read(File(header, values), 2));

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", "0000803f000000c0", "header is not")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", "", "header is not")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }", "", "type is '<c8'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "", "3 values, not 2")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (999999999, 999999999), }", "", "values, not 2")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "0000803f", "4 bytes of values, not 8")]
    public void Read_AnotherArray_SaysWhatIsWrong(string header, string values, string words) =>
        Assert.Contains(
            words, Assert.Throws<FormatException>(() => NumpyFile.Read(File(header, values), 2)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("934e554d50590100ffff0000")]
    [InlineData("934e554d50590900ffff0000")]
    public void Read_NoFile_SaysSo(string bytes) =>
        Assert.Throws<FormatException>(() => NumpyFile.Read(Convert.FromHexString(bytes), 2));

    private static byte[] File(string header, string values)
    {
        var padded = header.PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)padded.Length, 0, .. Encoding.ASCII.GetBytes(padded), .. Convert.FromHexString(values)];
    }
}
