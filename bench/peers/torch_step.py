"""A training step of DeepLab V3+ in PyTorch: forward, cross-entropy, backward, SGD. Prints "ready", then answers each "run" with milliseconds."""
import argparse
import ctypes
import sys
import time

# The allocator as UdaSeg sets it, before torch loads: PyTorch gets the same advantage.
libc = ctypes.CDLL("libc.so.6")
for parameter, value in ((-3, 1 << 30), (-1, 2147483647), (-2, 256 << 20)):
    libc.mallopt(parameter, value)
try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError as missing:
    sys.exit(f"torch_step.py needs PyTorch: {missing}")


def unit(inputs, outputs, kernel=1, stride=1, dilation=1, groups=1, activation=nn.ReLU):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, dilation * (kernel // 2), dilation, groups, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([activation(inplace=True)] if activation else []))


class Inverted(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion, dilation):
        super().__init__()
        hidden = inputs * expansion
        widen = [unit(inputs, hidden, activation=nn.ReLU6)] if expansion > 1 else []
        self.path = nn.Sequential(
            *widen, unit(hidden, hidden, 3, stride, dilation, hidden, nn.ReLU6), unit(hidden, outputs, activation=None))
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.path(x) if self.shortcut else self.path(x)


class MobileNet(nn.Module):
    low_channels, high_channels = 24, 320

    def __init__(self):
        super().__init__()
        blocks, inputs = [unit(3, 32, 3, 2, activation=nn.ReLU6)], 32
        for expansion, outputs, repeats, stride in (
                (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)):
            for r in range(repeats):
                dilated = len(blocks) >= 14
                blocks.append(Inverted(inputs, outputs, stride if r == 0 and not dilated else 1, expansion, 2 if dilated else 1))
                inputs = outputs
        self.low, self.high = nn.Sequential(*blocks[:4]), nn.Sequential(*blocks[4:])

    def forward(self, x):
        low = self.low(x)
        return low, self.high(low)


class Block(nn.Module):
    def __init__(self, inputs, width, stride, dilation, bottleneck):
        super().__init__()
        outputs = width * 4 if bottleneck else width
        if bottleneck:
            self.path = nn.Sequential(unit(inputs, width), unit(width, width, 3, stride, dilation), unit(width, outputs, activation=None))
        else:
            self.path = nn.Sequential(unit(inputs, width, 3, stride, dilation), unit(width, width, 3, 1, dilation, activation=None))
        self.shortcut = unit(inputs, outputs, 1, stride, activation=None) if stride > 1 or inputs != outputs else nn.Identity()

    def forward(self, x):
        return F.relu(self.path(x) + self.shortcut(x), inplace=True)


class ResNet(nn.Module):
    def __init__(self, depth):
        super().__init__()
        counts = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}[depth]
        bottleneck = depth >= 50
        expansion = 4 if bottleneck else 1
        self.low_channels, self.high_channels = 64 * expansion, 512 * expansion
        stages, inputs = [], 64
        for width, count, stride, dilations in zip((64, 128, 256, 512), counts, (1, 2, 2, 1), (None, None, None, (2, 4, 8))):
            blocks = []
            for b in range(count):
                blocks.append(Block(inputs, width, stride if b == 0 else 1, dilations[b] if dilations else 1, bottleneck))
                inputs = width * expansion
            stages.append(nn.Sequential(*blocks))
        self.stem = nn.Sequential(unit(3, 64, 7, 2), nn.MaxPool2d(3, 2, 1))
        self.low, self.high = stages[0], nn.Sequential(*stages[1:])

    def forward(self, x):
        low = self.low(self.stem(x))
        return low, self.high(low)


def resize(x, size):
    return F.interpolate(x, size=size, mode="bilinear", align_corners=True)


class DeepLab(nn.Module):
    def __init__(self, backbone, classes, channels):
        super().__init__()
        self.backbone = backbone
        inputs = backbone.high_channels
        self.branches = nn.ModuleList([unit(inputs, channels)] + [unit(inputs, channels, 3, dilation=rate) for rate in (6, 12, 18)])
        self.pool = unit(inputs, channels)
        self.project = nn.Sequential(unit(channels * 5, channels), nn.Dropout(0.5))
        self.detail = unit(backbone.low_channels, 48)
        self.fuse = nn.Sequential(unit(channels + 48, channels, 3), nn.Dropout(0.5), unit(channels, channels, 3))
        self.classifier = nn.Sequential(nn.Dropout(0.1), nn.Conv2d(channels, classes, 1))

    def forward(self, image):
        low, high = self.backbone(image)
        mean = self.pool(high.mean((2, 3), keepdim=True)).expand(-1, -1, *high.shape[2:])
        context = self.project(torch.cat([branch(high) for branch in self.branches] + [mean], 1))
        detail = self.detail(low)
        return resize(self.classifier(self.fuse(torch.cat([resize(context, detail.shape[2:]), detail], 1))), image.shape[2:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--backbone", default="mobilenetV2")
    parser.add_argument("--channels", type=int, default=128)
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--height", type=int, default=256)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--channels-last", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    backbone = MobileNet() if options.backbone == "mobilenetV2" else ResNet(int(options.backbone[len("resnet"):]))
    network = DeepLab(backbone, 19, options.channels).to(memory_format=layout)
    network.train()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d) and options.batch < 4:
            module.eval()  # as UdaSeg's plan does at small batches
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9, weight_decay=1e-4)
    images = torch.randn(options.batch, 3, options.height, options.width).to(memory_format=layout)
    labels = torch.randint(0, 19, (options.batch, options.height, options.width))
    print("ready", flush=True)
    for _ in iter(sys.stdin.readline, ""):
        start = time.perf_counter()
        loss = F.cross_entropy(network(images), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        loss.item()
        print(f"{(time.perf_counter() - start) * 1000:.3f}", flush=True)


main()
