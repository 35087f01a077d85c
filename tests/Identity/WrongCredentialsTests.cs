using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Segmentation.Identity.Tests;

public sealed class WrongCredentialsTests
{
    private static readonly IPAddress _address = IPAddress.Parse("192.0.2.7");
    private readonly FakeTimeProvider _clock = new();
    private readonly WrongCredentials _wrong;

    public WrongCredentialsTests() => _wrong = new(_clock);

    [Fact]
    public void Wait_AfterTheBurst_IsUntilOneIsMadeUpFor()
    {
        for (var i = 0; i < WrongCredentials.Burst; i++)
        {
            Assert.Null(_wrong.Wait(_address));
            _wrong.Add(_address);
        }

        Assert.Equal(WrongCredentials.Pause, _wrong.Wait(_address));
        Assert.Null(_wrong.Wait(IPAddress.Parse("192.0.2.8")));
        _clock.Advance(WrongCredentials.Pause);
        Assert.Null(_wrong.Wait(_address));
        _wrong.Add(_address);
        Assert.NotNull(_wrong.Wait(_address));
    }

    [Fact]
    public void Wait_AddressesOfOneCustomer_CountTogether()
    {
        for (var i = 0; i < WrongCredentials.Burst; i++)
        {
            _wrong.Add(IPAddress.Parse($"2001:db8:1:2::{i + 1:x}"));
        }

        Assert.NotNull(_wrong.Wait(IPAddress.Parse("2001:db8:1:2::ffff")));
        Assert.Null(_wrong.Wait(IPAddress.Parse("2001:db8:1:3::1")));
    }

    [Fact]
    public void Wait_AddressInBothForms_IsOne()
    {
        for (var i = 0; i < WrongCredentials.Burst; i++)
        {
            _wrong.Add(_address.MapToIPv6());
        }

        Assert.NotNull(_wrong.Wait(_address));
    }

    [Fact]
    public void Add_ManyAddresses_RemembersTheLatest()
    {
        for (var i = 0; i < 2 * WrongCredentials.MaxAddresses; i++)
        {
            _wrong.Add(new IPAddress(i));
        }

        Assert.Equal(WrongCredentials.MaxAddresses, _wrong.Addresses);
    }
}
