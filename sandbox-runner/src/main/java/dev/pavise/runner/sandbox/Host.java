package dev.pavise.runner.sandbox;

/** What of this host a sandbox is built from. */
record Host(
        Architecture architecture,
        Programs programs,
        SystemFolders system,
        Cgroups cgroups,
        RunUsers users,
        Landlock landlock,
        Networks networks) {}
