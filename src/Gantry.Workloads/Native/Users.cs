using System.Globalization;
using System.Runtime.InteropServices;

namespace Gantry.Workloads.Native;

/// <summary>A user of the host, as getpwnam(3) knows it.</summary>
public sealed record HostUser(uint Id, uint Group, string? Name, string? Home);

/// <summary>Looks users up where the host keeps them, directory services included.</summary>
public static unsafe partial class Users
{
    private const int BufferBytes = 16 << 10;

    /// <summary>Our own effective user id.</summary>
    public static uint Own => Libc.GetEffectiveUserId();

    /// <summary>The user of that name or number; null where there is none. A number without an entry is a user without a name.</summary>
    public static HostUser? Find(string nameOrId)
    {
        Entry entry;
        nint found;
        var buffer = stackalloc byte[BufferBytes];
        if (uint.TryParse(nameOrId, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            _ = GetById(id, &entry, buffer, BufferBytes, &found);
            return found == 0 ? new HostUser(id, id, null, null) : From(entry);
        }

        _ = GetByName(nameOrId, &entry, buffer, BufferBytes, &found);
        return found == 0 ? null : From(entry);
    }

    private static HostUser From(in Entry entry) =>
        new(entry.Id, entry.Group, Marshal.PtrToStringUTF8(entry.Name), Marshal.PtrToStringUTF8(entry.Home));

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetByName(string name, Entry* entry, byte* buffer, nuint length, nint* result);

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static partial int GetById(uint id, Entry* entry, byte* buffer, nuint length, nint* result);

    /// <summary><c>struct passwd</c> of glibc and musl.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public nint Name;
        public nint Password;
        public uint Id;
        public uint Group;
        public nint FullName;
        public nint Home;
        public nint Shell;
    }
}
