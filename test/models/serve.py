# serve.py GGUF PORT WINDOW: llama.cpp's own HTTP server over one file of weights; prints its address.
import signal
import sys

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path, params.port = sys.argv[1], int(sys.argv[2])
params.hostnames = ["127.0.0.1"]
params.n_ctx, params.n_parallel = int(sys.argv[3]), 1
params.ctx_shift, params.use_jinja, params.warmup = False, True, False
params.cpuparams.n_threads = 2
# The same answer to the same words, as far as the machine allows.
params.sampling.temp = 0.0
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
signal.pause()
