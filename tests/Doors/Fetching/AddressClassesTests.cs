using System.Net;
using Segmentation.Doors.Fetching;

namespace Segmentation.Doors.Tests.Fetching;

public sealed class AddressClassesTests
{
    [Theory]
    [InlineData("8.8.8.8", "Public")]
    [InlineData("172.15.255.255", "Public")]
    [InlineData("172.32.0.0", "Public")]
    [InlineData("2606:4700::1111", "Public")]
    [InlineData("::ffff:8.8.8.8", "Public")]
    [InlineData("10.1.2.3", "Private")]
    [InlineData("172.16.0.1", "Private")]
    [InlineData("192.168.1.1", "Private")]
    [InlineData("127.0.0.1", "Private")]
    [InlineData("127.255.255.254", "Private")]
    [InlineData("100.64.0.1", "Private")]
    [InlineData("::1", "Private")]
    [InlineData("fd00::1", "Private")]
    [InlineData("::ffff:127.0.0.1", "Private")]
    [InlineData("0.0.0.0", "Refused")]
    [InlineData("::", "Refused")]
    [InlineData("169.254.169.254", "Refused")]
    [InlineData("::ffff:169.254.169.254", "Refused")]
    [InlineData("fe80::1", "Refused")]
    [InlineData("fec0::1", "Refused")]
    [InlineData("224.0.0.1", "Refused")]
    [InlineData("ff02::1", "Refused")]
    [InlineData("255.255.255.255", "Refused")]
    [InlineData("198.18.0.1", "Refused")]
    [InlineData("203.0.113.9", "Refused")]
    [InlineData("2002:7f00:1::", "Refused")]
    [InlineData("64:ff9b::7f00:1", "Refused")]
    [InlineData("64:ff9b:1::a00:1", "Refused")]
    [InlineData("2001:0:1::1", "Refused")]
    [InlineData("2001:db8::1", "Refused")]
    [InlineData("::127.0.0.1", "Refused")]
    [InlineData("100::1", "Refused")]
    public void Of_Address_HasAClass(string address, string expected) =>
        Assert.Equal(expected, AddressClasses.Of(IPAddress.Parse(address)).ToString());
}
