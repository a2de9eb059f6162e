"""Write a thumbnail of every sample photo, which the page shows in its row of samples.

    python make_thumbnails.py SAMPLES        SAMPLES is www/samples; Pillow alone is needed

The middle of each photo at 128x96 pixels, twice the size at which it is shown, as WebP.
"""
import json, os, sys
from PIL import Image

WIDTH, HEIGHT = 128, 96


def thumbnail(photo):
    scale = max(WIDTH / photo.width, HEIGHT / photo.height)
    small = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.LANCZOS)
    left, top = (small.width - WIDTH) // 2, (small.height - HEIGHT) // 2
    return small.crop((left, top, left + WIDTH, top + HEIGHT))


def main(samples):
    out = f"{samples}/thumbnails"
    os.makedirs(out, exist_ok=True)
    for row in json.load(open(f"{samples}/photos.json")):
        name = os.path.splitext(row["file"])[0]
        photo = Image.open(f"{samples}/{row['file']}").convert("RGB")
        thumbnail(photo).save(f"{out}/{name}.webp", quality=75, method=6)
        print(name, os.path.getsize(f"{out}/{name}.webp"), "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
