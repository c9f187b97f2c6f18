import {rulesOf} from './rule.ts';

const CARGO = rulesOf('cargo', [
  {
    form: /^error\[E\d+\]: (.+)$/,
    examples: ['error[E0425]: cannot find value `IP_SENDSRCADDR_DFLY` in crate `libc`'],
  },
  {
    form: /^error: linking with [`']\S+[`'] failed/,
    weak: true,
    examples: ['error: linking with `cc` failed: exit status: 1'],
  },
  {
    form: /^error: (?:failed to (?!run custom build)|no matching package|cannot find|package .* cannot be built|the lock file|unable to|couldn't|no such|unresolved|expected|unused|could not find|could not execute process|linker [`']|rustc \S+ is not supported|the `-Z`|[Tt]he system library|crate )/,
    examples: [
      'error: no matching package found',
      'error: failed to select a version for `libc`.',
      'error: package `foo v1.0.0` cannot be built because it requires rustc 1.80 or newer',
      'error: could not find native static library `foo`, perhaps an -L flag is missing?',
    ],
  },
  {
    form: /^\s*(?:no matching package named `([^`]+)`|thread '.*' panicked at)/,
    facts: ['package'],
    examples: ['no matching package named `dfly` found', "thread 'main' panicked at build.rs:12:5:"],
  },
]);

const GO = rulesOf('go', [
  {
    form: /^(?:\.{0,2}\/)?\S+\.go:\d+(?::\d+)?: (?!warning|.*deprecated)(.+)$/,
    examples: [
      './command.go:1886:54: cannot use count (variable of type int) as string value in return statement',
      'dfly.go:3:8: no required module provides package example.org/nothing; to add it:',
    ],
  },
  {
    form: /^go: .*(?:not found|unknown revision|verifying|missing|no required module|disabled|cannot find|requires go|inconsistent vendoring|updates to go\.(?:mod|sum) needed|errors parsing|dial tcp)|no required module provides package|^package \S+ is not in std|^package \S+: cannot find package|build constraints exclude all Go files|^could not determine (?:kind of )?name for C\.|^cgo: .* not found/,
    examples: [
      'go: example.org/x@v1.0.0: unknown revision v1.0.0',
      'go: cannot find main module',
      'go: example.org/x: missing go.sum entry',
      'go: go.mod requires go >= 1.23 (running go 1.21.13; GOTOOLCHAIN=local)',
      'go: inconsistent vendoring in /construction/x:',
      'no required module provides package example.org/nothing; to add it:',
      'package nothing is not in std (/usr/local/go/src/nothing)',
      'package foo/cmd: cannot find package "foo/baz" in any of:',
      'build constraints exclude all Go files in /construction/x',
      'could not determine kind of name for C.IP_RECVIF',
      'cgo: C compiler "gcc" not found: exec: "gcc": executable file not found in $PATH',
    ],
  },
]);

export const RUST_GO = [...CARGO, ...GO];
