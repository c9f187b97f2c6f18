import type {Dice} from './dice.ts';

/** Why a seeded build fails. */
export interface Cause {
  readonly classification: string;
  readonly platform: string;
  /** dsynth's phase that fails. */
  readonly phase: string;
  /** What the log says there. */
  readonly lines: readonly string[];
  readonly rootCause: string;
  readonly fix: string;
  /** Source that a fix would patch. */
  readonly file: string;
}

type Kind = Omit<Cause, 'lines' | 'rootCause' | 'fix'> & {
  readonly lines: (word: string) => readonly string[];
  readonly rootCause: (word: string) => string;
  readonly fix: string;
  /** Each gives a failure of its own signature. */
  readonly words: string;
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
const PLISTED =
  'lib/libexample.so.1 share/locale/de/LC_MESSAGES/app.mo lib/python3.11/site-packages/module.pyc bin/helper include/config.h share/man/man3/api.3.gz etc/app.conf.sample libdata/pkgconfig/app.pc';
const ITEMS = 'SYS_eventfd2 EPOLL_CLOEXEC O_TMPFILE MSG_CMSG_CLOEXEC sockaddr_nl RTLD_DEEPBIND PR_SET_NAME statx';
const MODULES = 'setuptools_scm poetry.core hatchling flit_core mesonbuild cffi.setuptools_ext maturin';
const ABSENT = 'gobject-introspection>0 py311-sphinx>0 rust>=1.83 ghc>=9.8 node22>0 openjdk21>0';
const SITES =
  'example-1.4.tar.gz vendor-bundle.tar.xz source-archive.zip release-candidate.tgz crates-index.tar.zst fonts-2026.tar.xz';

const KINDS: readonly Kind[] = [
  {
    ...compile,
    words: SYMBOLS,
    file: 'src/net.c',
    lines: (word) => [`src/net.c:641:24: error: '${word}' undeclared (first use in this function)`, '  641 |         case 7:'],
    rootCause: (word) => `The source uses ${word}, a constant that only FreeBSD defines.`,
    fix: 'A dragonfly patch that uses the constant only where it is defined.',
  },
  {
    ...compile,
    words: HEADERS,
    file: 'src/platform.c',
    lines: (word) => [`src/platform.c:31:10: fatal error: ${word}: No such file or directory`, 'compilation terminated.'],
    rootCause: (word) => `The header ${word} is FreeBSD's own, and DragonFly does not have it.`,
    fix: 'Include the header only on FreeBSD, and leave out what needs it.',
  },
  {
    ...compile,
    words: MEMBERS,
    file: 'lib/stat.cc',
    lines: (word) => [`lib/stat.cc:118:31: error: 'struct info' has no member named '${word}'`],
    rootCause: (word) => `The member ${word} has another name on DragonFly.`,
    fix: 'A dragonfly patch that uses the name of DragonFly.',
  },
  {
    ...{classification: 'link-error', platform: DRAGONFLY, phase: 'build'},
    words: FUNCTIONS,
    file: 'src/compat.c',
    lines: (word) => [
      `src/compat.o: in function 'compat_init': undefined reference to '${word}'`,
      'collect2: error: ld returned 1 exit status',
    ],
    rootCause: (word) => `libc of DragonFly has no ${word}.`,
    fix: 'Have configure find out that the function is not there, and use the fallback.',
  },
  {
    ...{classification: 'link-error', platform: DRAGONFLY, phase: 'build'},
    words: LIBRARIES,
    file: 'Makefile.in',
    lines: (word) => [
      `/usr/libexec/binutils234/elf/ld.gold: error: cannot find -l${word}`,
      'collect2: error: ld returned 1 exit status',
    ],
    rootCause: (word) => `It is linked with lib${word}, which is a part of FreeBSD's base system only.`,
    fix: 'Take the library out of LIBS on DragonFly.',
  },
  {
    ...configure,
    words: PACKAGES,
    file: 'CMakeLists.txt',
    lines: (word) => [
      'CMake Error at CMakeLists.txt:84 (find_package):',
      `  Could not find a package configuration file provided by "${word}" with any`,
      '  of the following names:',
      '-- Configuring incomplete, errors occurred!',
    ],
    rootCause: (word) => `cmake does not find ${word}: its port has not installed its configuration for cmake.`,
    fix: 'Add the dependency to LIB_DEPENDS.',
  },
  {
    ...configure,
    words: DEPENDENCIES,
    file: 'meson.build',
    lines: (word) => [`meson.build:52:0: ERROR: Dependency "${word}" not found, tried pkgconfig and cmake`],
    rootCause: (word) => `meson asks for ${word}, which the port does not depend on here.`,
    fix: 'Switch the feature off in MESON_ARGS.',
  },
  {
    ...configure,
    words: CHECKS,
    file: 'configure.ac',
    lines: (word) => [`configure: error: ${word} is required but was not found`],
    rootCause: (word) => `configure wants ${word}, which only Linux has.`,
    fix: 'Give configure the option that builds without it.',
  },
  {
    ...{classification: 'patch-error', platform: DRAGONFLY, phase: 'patch'},
    words: PATCHES,
    file: 'src/main.c',
    lines: (word) => [
      `===>  Applying dragonfly patch ${word}`,
      '1 out of 3 hunks failed--saving rejects to src/main.c.rej',
      `===> FAILED Applying dragonfly patch ${word}`,
    ],
    rootCause: (word) => `The dragonfly patch ${word} was made for an older version.`,
    fix: 'Make the patch anew.',
  },
  {
    ...{classification: 'plist-error', platform: 'generic', phase: 'check-plist'},
    words: PLISTED,
    file: 'pkg-plist',
    lines: (word) => [`Error: Orphaned: ${word}`, '===> Error: Plist issues found.'],
    rootCause: (word) => `The port installs ${word}, which is not in its plist.`,
    fix: 'Add the file to the plist on DragonFly.',
  },
  {
    ...compile,
    words: ITEMS,
    file: 'vendor/nix/src/lib.rs',
    lines: (word) => [
      `error[E0425]: cannot find value \`${word}\` in crate \`libc\``,
      '  --> /construction/cargo-crates/nix-0.27.1/src/sys/socket.rs:212:17',
      'error: could not compile `nix` (lib) due to 1 previous error',
    ],
    rootCause: (word) => `The crate nix takes DragonFly for a system that has ${word}.`,
    fix: 'Patch the vendored crate.',
  },
  {
    ...{...configure, phase: 'build'},
    words: MODULES,
    file: 'setup.py',
    lines: (word) => [
      'Traceback (most recent call last):',
      '  File "setup.py", line 4, in <module>',
      `ModuleNotFoundError: No module named '${word}'`,
    ],
    rootCause: (word) => `The build needs the module ${word}, which is no build dependency.`,
    fix: 'Add it to BUILD_DEPENDS.',
  },
  {
    ...{classification: 'missing-dep', platform: DRAGONFLY, phase: 'lib-depends'},
    words: ABSENT,
    file: 'Makefile',
    lines: (word) => [`===>   it depends on package: ${word} - not found`, '*** Error code 1'],
    rootCause: (word) => `${word} has not been built for DragonFly.`,
    fix: 'None in the overlay: build the dependency first.',
  },
  {
    ...{classification: 'fetch-checksum', platform: 'generic', phase: 'checksum'},
    words: SITES,
    file: 'distinfo',
    lines: (word) => [`=> SHA256 Checksum mismatch for ${word}.`, '===>  Giving up on fetching files: it'],
    rootCause: (word) => `The distfile ${word} is not the one of distinfo.`,
    fix: 'None by automation: look whether upstream changed it, and why.',
  },
];

/** Some 200 causes, each with a signature of its own, in an order in which the frequent ones come first. */
export function allCauses(dice: Dice): Cause[] {
  const causes = KINDS.flatMap(({words, lines, rootCause, ...kind}) =>
    words.split(' ').map((word): Cause => ({...kind, lines: lines(word), rootCause: rootCause(word)})),
  );
  return dice.shuffled(causes);
}
