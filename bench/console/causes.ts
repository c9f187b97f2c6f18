import type {SeededRandom} from '../seeded-random.ts';

/** Cause of a seeded failure. */
export interface Cause {
  readonly classification: string;
  readonly platform: string;
  /** dsynth's failing phase. */
  readonly phase: string;
  /** Log lines of the failure. */
  readonly lines: readonly string[];
  readonly rootCause: string;
  readonly fix: string;
  /** Source file that a fix patches. */
  readonly file: string;
}

type CauseTemplate = Omit<Cause, 'lines' | 'rootCause' | 'fix'> & {
  readonly lines: (name: string) => readonly string[];
  readonly rootCause: (name: string) => string;
  readonly fix: string;
  /** Names separated by blanks; each makes a cause with a different signature. */
  readonly names: string;
};

const UPSTREAM = 'freebsd-upstream';
const DRAGONFLY = 'dragonfly-specific';
const compile = {classification: 'compile-error', platform: UPSTREAM, phase: 'build'};
const configure = {classification: 'configure-error', platform: 'generic', phase: 'configure'};

const SYMBOLS =
  'IFM_IEEE80211_VHT5G SO_USER_COOKIE CLOCK_UPTIME_FAST EVFILT_EMPTY KERN_PROC_CWD O_PATH MAP_GUARD MAP_ALIGNED PROC_TRAPCAP_CTL PT_GET_SC_ARGS CAP_FCNTL F_KINFO F_ADD_SEALS SO_RERROR MSG_NBIO TCP_FASTOPEN IP_BINDANY SO_SETFIB NOTE_FUNLOCK CPU_LEVEL_CPUSET RFTSIGZMB UMTX_OP_WAIT KERN_PROC_KSTACK PROC_REAP_ACQUIRE AT_RESOLVE_BENEATH SF_USER_READAHEAD VM_OVERCOMMIT DIOCGMEDIASIZE SHM_ANON EINTEGRITY';
const HEADERS =
  'sys/capsicum.h sys/eventfd.h sys/procctl.h sys/umtx.h blacklist.h casper/cap_net.h dev/evdev/input.h libprocstat.h sys/timerfd.h sys/cpuset.h netinet/sctp.h net80211/ieee80211_ioctl.h sys/extattr.h sys/rctl.h dev/usb/usb_ioctl.h machine/fpu.h sys/pctrie.h sys/inotify.h linux/videodev2.h sys/prctl.h asm/types.h sys/auxv.h uuid/uuid.h kvm/kvm_proc.h malloc_np.h pthread_np_ext.h net/if_tap.h sys/membarrier.h';
const MEMBERS =
  'st_birthtim ki_tdname if_dqdrops sin_len tm_gmtoff_ns f_mntonlen d_namlen kp_eproc ifi_hwassist xp_count sc_fpregs mc_rip msg_iovcount pw_fields ut_host_len l_sysid';
const FUNCTIONS =
  'copy_file_range aligned_alloc_np getrandom_np sched_getcpu pthread_getcpuclockid memfd_create strchrnul fdclosedir execvpe closefrom_range explicit_bzero_s timingsafe_memcmp elf_aux_info cap_enter backtrace_symbols_fd kinfo_getvmmap procstat_open_sysctl eaccess_at mkostempsat utimensat_np reallocarray_s sem_clockwait_np';
const LIBRARIES = 'procstat casper nv devinfo usbhid sbuf memstat geom jail netgraph blocksruntime execinfo_p';
const PACKAGES =
  'Qt6Core KF6Config Protobuf gRPC OpenCV Boost LLVM ZLIB_NG fmt spdlog GTest Eigen3 TBB absl nlohmann_json Vulkan SDL3 wxWidgets';
const DEPENDENCIES =
  'glib-2.0 gtk4 libsystemd libudev wayland-protocols pipewire-0.3 libdrm epoll-shim gbm libseat pangocairo json-glib-1.0 gee-0.8 libadwaita-1';
const CHECKS =
  'libinotify liburing libelogind libnuma libbpf libatomic_ops libkqueue libdevq libunwind libevdev libgcrypt libcap-ng';
const PATCHES =
  'patch-src_main.c patch-configure.ac patch-lib_getopt.c patch-Makefile.in patch-src_socket.cc patch-util_proc.c patch-meson.build patch-CMakeLists.txt patch-vendor_nix_lib.rs patch-src_sysdeps.h';
const PLIST_ENTRIES =
  'lib/libexample.so.1 share/locale/de/LC_MESSAGES/app.mo lib/python3.11/site-packages/module.pyc bin/helper include/config.h share/man/man3/api.3.gz etc/app.conf.sample libdata/pkgconfig/app.pc';
const ITEMS = 'SYS_eventfd2 EPOLL_CLOEXEC O_TMPFILE MSG_CMSG_CLOEXEC sockaddr_nl RTLD_DEEPBIND PR_SET_NAME statx';
const MODULES = 'setuptools_scm poetry.core hatchling flit_core mesonbuild cffi.setuptools_ext maturin';
const MISSING_PACKAGES = 'gobject-introspection>0 py311-sphinx>0 rust>=1.83 ghc>=9.8 node22>0 openjdk21>0';
const DISTFILES =
  'example-1.4.tar.gz vendor-bundle.tar.xz source-archive.zip release-candidate.tgz crates-index.tar.zst fonts-2026.tar.xz';

const TEMPLATES: readonly CauseTemplate[] = [
  {
    ...compile,
    names: SYMBOLS,
    file: 'src/net.c',
    lines: (name) => [`src/net.c:641:24: error: '${name}' undeclared (first use in this function)`, '  641 |         case 7:'],
    rootCause: (name) => `The source uses ${name}, a constant that only FreeBSD defines.`,
    fix: 'A dragonfly patch that uses the constant only where it is defined.',
  },
  {
    ...compile,
    names: HEADERS,
    file: 'src/platform.c',
    lines: (name) => [`src/platform.c:31:10: fatal error: ${name}: No such file or directory`, 'compilation terminated.'],
    rootCause: (name) => `The header ${name} is FreeBSD's own, and DragonFly does not have it.`,
    fix: 'Include the header only on FreeBSD, and leave out what needs it.',
  },
  {
    ...compile,
    names: MEMBERS,
    file: 'lib/stat.cc',
    lines: (name) => [`lib/stat.cc:118:31: error: 'struct info' has no member named '${name}'`],
    rootCause: (name) => `The member ${name} has another name on DragonFly.`,
    fix: 'A dragonfly patch that uses the name of DragonFly.',
  },
  {
    classification: 'link-error',
    platform: DRAGONFLY,
    phase: 'build',
    names: FUNCTIONS,
    file: 'src/compat.c',
    lines: (name) => [
      `src/compat.o: in function 'compat_init': undefined reference to '${name}'`,
      'collect2: error: ld returned 1 exit status',
    ],
    rootCause: (name) => `libc of DragonFly has no ${name}.`,
    fix: 'Let configure test for the function, and use the fallback.',
  },
  {
    classification: 'link-error',
    platform: DRAGONFLY,
    phase: 'build',
    names: LIBRARIES,
    file: 'Makefile.in',
    lines: (name) => [
      `/usr/libexec/binutils234/elf/ld.gold: error: cannot find -l${name}`,
      'collect2: error: ld returned 1 exit status',
    ],
    rootCause: (name) => `It is linked with lib${name}, which is a part of FreeBSD's base system only.`,
    fix: 'Remove the library from LIBS on DragonFly.',
  },
  {
    ...configure,
    names: PACKAGES,
    file: 'CMakeLists.txt',
    lines: (name) => [
      'CMake Error at CMakeLists.txt:84 (find_package):',
      `  Could not find a package configuration file provided by "${name}" with any`,
      '  of the following names:',
      '-- Configuring incomplete, errors occurred!',
    ],
    rootCause: (name) => `cmake does not find ${name}: its port has not installed its configuration for cmake.`,
    fix: 'Add the dependency to LIB_DEPENDS.',
  },
  {
    ...configure,
    names: DEPENDENCIES,
    file: 'meson.build',
    lines: (name) => [`meson.build:52:0: ERROR: Dependency "${name}" not found, tried pkgconfig and cmake`],
    rootCause: (name) => `meson asks for ${name}, which the port does not depend on here.`,
    fix: 'Switch the feature off in MESON_ARGS.',
  },
  {
    ...configure,
    names: CHECKS,
    file: 'configure.ac',
    lines: (name) => [`configure: error: ${name} is required but was not found`],
    rootCause: (name) => `configure wants ${name}, which only Linux has.`,
    fix: 'Give configure the option that builds without it.',
  },
  {
    classification: 'patch-error',
    platform: DRAGONFLY,
    phase: 'patch',
    names: PATCHES,
    file: 'src/main.c',
    lines: (name) => [
      `===>  Applying dragonfly patch ${name}`,
      '1 out of 3 hunks failed--saving rejects to src/main.c.rej',
      `===> FAILED Applying dragonfly patch ${name}`,
    ],
    rootCause: (name) => `The dragonfly patch ${name} was made for an older version.`,
    fix: 'Regenerate the patch.',
  },
  {
    classification: 'plist-error',
    platform: 'generic',
    phase: 'check-plist',
    names: PLIST_ENTRIES,
    file: 'pkg-plist',
    lines: (name) => [`Error: Orphaned: ${name}`, '===> Error: Plist issues found.'],
    rootCause: (name) => `The port installs ${name}, which is not in its plist.`,
    fix: 'Add the file to the plist on DragonFly.',
  },
  {
    ...compile,
    names: ITEMS,
    file: 'vendor/nix/src/lib.rs',
    lines: (name) => [
      `error[E0425]: cannot find value \`${name}\` in crate \`libc\``,
      '  --> /construction/cargo-crates/nix-0.27.1/src/sys/socket.rs:212:17',
      'error: could not compile `nix` (lib) due to 1 previous error',
    ],
    rootCause: (name) => `The crate nix takes DragonFly for a system that has ${name}.`,
    fix: 'Patch the vendored crate.',
  },
  {
    ...configure,
    phase: 'build',
    names: MODULES,
    file: 'setup.py',
    lines: (name) => [
      'Traceback (most recent call last):',
      '  File "setup.py", line 4, in <module>',
      `ModuleNotFoundError: No module named '${name}'`,
    ],
    rootCause: (name) => `The build needs the module ${name}, which is no build dependency.`,
    fix: 'Add it to BUILD_DEPENDS.',
  },
  {
    classification: 'missing-dep',
    platform: DRAGONFLY,
    phase: 'lib-depends',
    names: MISSING_PACKAGES,
    file: 'Makefile',
    lines: (name) => [`===>   it depends on package: ${name} - not found`, '*** Error code 1'],
    rootCause: (name) => `${name} has not been built for DragonFly.`,
    fix: 'None in the overlay: build the dependency first.',
  },
  {
    classification: 'fetch-checksum',
    platform: 'generic',
    phase: 'checksum',
    names: DISTFILES,
    file: 'distinfo',
    lines: (name) => [`=> SHA256 Checksum mismatch for ${name}.`, '===>  Giving up on fetching files: it'],
    rootCause: (name) => `The distfile ${name} is not the one of distinfo.`,
    fix: 'None by automation: check whether upstream changed it, and why.',
  },
];

/** Generates about 200 causes with different signatures, most frequent first. */
export function generateCauses(random: SeededRandom): Cause[] {
  const causes = TEMPLATES.flatMap(({names, lines, rootCause, ...kind}) =>
    names.split(' ').map((name): Cause => ({...kind, lines: lines(name), rootCause: rootCause(name)})),
  );
  return random.shuffled(causes);
}
