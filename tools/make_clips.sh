#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# make_clips.sh OUTDIR [--bench] - the demo's cameras, drawn by ffmpeg.
#
#   cam-1.h264 ... cam-9.h264   640x360, 15 a second, 24 s, a GOP a second
#   low-1.h264 ... low-9.h264   the same at 320x180 and 3 a second, for many
#   cam-h265.h265               the same as cam-5, in H.265
#   bench-1080.h264             only with --bench: 1920x1080, 2 Mbit/s, 20 s
#
# What exists is left alone; a clip appears whole or not at all. Figures come
# back to where they began, so a clip loops without a jump.
#
# Frame index, for people: bottom right, 000 to 359.
# Frame index, for machines: 13 blocks of 20x20 at the bottom left, from
# x = 8 to 268 and y = 336 to 356 (of 640x360), on black, left to right:
#
#   white, black, ten bits of the frame index (highest first, white = 1), and
#   a parity block that makes the number of white ones among the last 11 even
#
# To read one from a screenshot: brightness at the middle of each block, white
# above half; the first two blocks must be white, black and the parity even.
set -eu

if [ $# -lt 1 ]; then
    echo "usage: make_clips.sh OUTDIR [--bench]" >&2
    exit 2
fi
out=$1
bench=${2:-}
font=/usr/share/fonts/truetype/nanum/NanumGothic.ttf
rate=15
seconds=24
[ -f "$font" ] || { echo "make_clips.sh: needs fonts-nanum" >&2; exit 3; }
command -v ffmpeg >/dev/null || {
    echo "make_clips.sh: needs ffmpeg" >&2
    exit 3
}
mkdir -p "$out"
work=$(mktemp -d "$out/.making-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

quiet_ffmpeg() {
    ffmpeg -nostdin -hide_banner -loglevel error -y "$@"
}

# figure FILE SHIRT TROUSERS HAIR: one second of somebody walking, 15 pictures
# of 60x140 with alpha. Colours: "red green blue".
figure() {
    file=$1
    read -r sr sg sb <<EOF
$2
EOF
    read -r tr tg tb <<EOF
$3
EOF
    read -r hr hg hb <<EOF
$4
EOF
    # Parts, each 0 or 1 at (X,Y); s swings from -1 to 1 in a second.
    s="sin(2*PI*N/$rate)"
    head="lte(pow((X-30)/11,2)+pow((Y-16)/13,2),1)"
    hair="lte(pow((X-30)/12.5,2)+pow((Y-13)/12,2),1)*lt(Y,12+2*abs(X-30)/12)"
    neck="lt(abs(X-30),5)*between(Y,26,34)"
    # A torso whose shoulders are round: a box with a circle in each corner.
    body="between(Y,32,82)*lte(pow(max(abs(X-30)-9,0),2)+pow(max(40-Y,0)*1.1,2),72)"
    arm1="lt(abs(X-(11-5*$s*(Y-38)/40)),4.6)*between(Y,38,80)"
    arm2="lt(abs(X-(49-5*$s*(Y-38)/40)),4.6)*between(Y,38,80)"
    hand1="lte(pow(X-(11-5*$s*1.1),2)+pow(Y-82,2),24)"
    hand2="lte(pow(X-(49-5*$s*1.1),2)+pow(Y-82,2),24)"
    leg1="lt(abs(X-(23+6*$s*(Y-80)/50)),6.3)*between(Y,78,132)"
    leg2="lt(abs(X-(37-6*$s*(Y-80)/50)),6.3)*between(Y,78,132)"
    shoe1="lte(pow((X-(23+6*$s))/9,2)+pow((Y-133)/5,2),1)"
    shoe2="lte(pow((X-(37-6*$s))/9,2)+pow((Y-133)/5,2),1)"
    skin="gt($head+$neck+$hand1+$hand2,0)"
    shirt="gt($body+$arm1+$arm2,0)"
    legs="gt($leg1+$leg2,0)"
    shoes="gt($shoe1+$shoe2,0)"
    shade="(1-0.25*gt(X,38))"
    colour() {
        echo "if($hair,$5,if($head+$neck,$1,if($shirt,$2*$shade,if(gt($hand1+$hand2,0),$1,if($shoes,$4,$3*$shade)))))"
    }
    quiet_ffmpeg -f lavfi -i "color=black:s=60x140:r=$rate:d=1,format=gbrap,geq=\
r='$(colour 226 "$sr" "$tr" 40 "$hr")':\
g='$(colour 184 "$sg" "$tg" 36 "$hg")':\
b='$(colour 154 "$sb" "$tb" 38 "$hb")':\
a='255*gt($skin+$hair+$shirt+$legs+$shoes,0)',format=rgba" \
        -c:v png "$work/$file-%02d.png"
}

# room FILE WALL FLOOR FURNITURE: one picture; the furniture is drawbox filters.
room() {
    quiet_ffmpeg -f lavfi -i "color=black:s=640x360:r=1:d=1,format=gbrp,geq=\
r='if(lt(Y,170),$(lit "$2" 1),$(tiled "$3" 1))':\
g='if(lt(Y,170),$(lit "$2" 2),$(tiled "$3" 2))':\
b='if(lt(Y,170),$(lit "$2" 3),$(tiled "$3" 3))',format=rgb24,\
drawbox=0:166:640:8:0x5b5048:fill,$4" -frames:v 1 "$work/$1.png"
}
lit() { # a wall, brighter in the middle
    echo "min(252,$(echo "$1" | cut -d' ' -f"$2")*(1.05-0.25*pow((X-320)/320,2)-0.10*(170-Y)/170))"
}
tiled() { # a floor whose tiles run to a vanishing point
    echo "$(echo "$1" | cut -d' ' -f"$2")*(0.80+0.22*(Y-170)/190)*(1-0.06*mod(floor((X-320)*60/(Y-110)/40+100)+floor(5200/(Y-110)),2))"
}

window="drawbox=W:34:150:84:0xf4f1ea:fill,drawbox=W+5:39:140:74:0xa9cfe6:fill,drawbox=W+5:84:140:29:0xbfdcc0:fill,drawbox=W+72:39:6:74:0xf4f1ea:fill"
window() { echo "$window" | sed "s/W+5/$(($1 + 5))/g;s/W+72/$(($1 + 72))/g;s/W/$1/g"; }
door() { echo "drawbox=$1:40:84:134:0x7a6552:fill,drawbox=$(($1 + 5)):45:74:129:0x9c8268:fill,drawbox=$(($1 + 64)):108:8:8:0xd9c48a:fill"; }
table() { # x y width colour
    echo "drawbox=$1:$2:$3:12:$4:fill,drawbox=$1:$(($2 + 12)):$3:5:black@0.35:fill,drawbox=$(($1 + 8)):$(($2 + 12)):8:52:$4:fill,drawbox=$(($1 + $3 - 16)):$(($2 + 12)):8:52:$4:fill"
}
desk() { # x y width colour
    echo "drawbox=$1:$2:$3:10:0xefe6d6:fill,drawbox=$1:$(($2 + 10)):$3:70:$4:fill,drawbox=$1:$(($2 + 10)):$3:6:black@0.25:fill,drawbox=$(($1 + 12)):$(($2 + 26)):$(($3 - 24)):40:white@0.10:fill"
}
screen() { echo "drawbox=$1:$2:54:36:0x22262b:fill,drawbox=$(($1 + 3)):$(($2 + 3)):48:28:0x5d8fb3:fill,drawbox=$(($1 + 22)):$(($2 + 36)):10:8:0x22262b:fill"; }
shelf() { # x: toys or files in three rows
    echo "drawbox=$1:70:110:104:0xb99a72:fill,drawbox=$(($1 + 5)):76:100:28:0x6d573e:fill,drawbox=$(($1 + 5)):109:100:28:0x6d573e:fill,drawbox=$(($1 + 5)):142:100:28:0x6d573e:fill,drawbox=$(($1 + 10)):82:14:22:0xd8574a:fill,drawbox=$(($1 + 27)):86:12:18:0x4a8fd8:fill,drawbox=$(($1 + 52)):80:20:24:0xe6c04c:fill,drawbox=$(($1 + 80)):88:16:16:0x63b36b:fill,drawbox=$(($1 + 12)):115:24:22:0x8f6bc4:fill,drawbox=$(($1 + 46)):119:12:18:0xe08a3c:fill,drawbox=$(($1 + 66)):113:16:24:0x4ab0a8:fill,drawbox=$(($1 + 14)):150:34:20:0xd8d2c4:fill,drawbox=$(($1 + 58)):148:30:22:0xc46b86:fill"
}
mat() { echo "drawbox=$1:$2:$3:$4:$5:fill,drawbox=$1:$2:$3:$4:white@0.35:3"; }
plant() { echo "drawbox=$1:$(($2 + 46)):26:26:0xa65f3e:fill,drawbox=$(($1 - 6)):$(($2 + 8)):14:36:0x3f7d46:fill,drawbox=$(($1 + 6)):$2:14:46:0x4f9957:fill,drawbox=$(($1 + 19)):$(($2 + 12)):14:34:0x3f7d46:fill"; }
sofa() { echo "drawbox=$1:150:$2:34:$3:fill,drawbox=$1:180:$2:30:$3:fill,drawbox=$1:180:$2:4:black@0.25:fill,drawbox=$(($1 - 10)):164:14:46:$3:fill,drawbox=$(($1 + $2 - 4)):164:14:46:$3:fill"; }

# The row of blocks, and the text; see the top of this file.
strip="drawbox=0:332:640:28:black@0.55:fill,drawbox=4:332:268:28:black:fill"
strip="$strip,drawbox=8:336:20:20:white:fill"
counter() {
    bit=9
    parity=
    while [ $bit -ge 0 ]; do
        is_set="mod(floor(n/$((1 << bit))),2)"
        printf "drawbox=%d:336:20:20:white:fill:enable='%s'," \
            $((8 + 20 * (11 - bit))) "$is_set"
        parity="$parity${parity:+"+"}$is_set"
        bit=$((bit - 1))
    done
    printf "drawbox=248:336:20:20:white:fill:enable='mod(%s,2)'" "$parity"
    printf ",drawtext=fontfile=%s:text='%%{eif\\:n\\:d\\:3}':x=w-tw-12:y=338:fontsize=20:fontcolor=white" "$font"
}

# clip NUMBER NAME ROOM FIGURE:X:Y:SIZE[:SEEN] ... - X and Y are expressions of
# t that repeat after 24 s; SIZE is the figure's height in pixels, SEEN how much
# of it is seen from the top (somebody behind a desk).
clip() {
    number=$1
    name=$2
    base=$3
    shift 3
    target=$out/cam-$number.h264
    [ ! -e "$target" ] || return 0
    printf '%s' "$name" >"$work/name-$number.txt"
    inputs="-i $work/$base.png"
    graph="[0:v]fps=$rate,format=yuv420p,drawtext=fontfile=$font"
    graph="$graph:textfile=$work/name-$number.txt:x=12:y=10:fontsize=24"
    graph="$graph:fontcolor=white:box=1:boxcolor=black@0.55:boxborderw=6"
    graph="$graph,$strip,loop=-1:1,setpts=N/$rate/TB[with0];"
    last=with0
    i=0
    for who in "$@"; do
        i=$((i + 1))
        IFS=: read -r sprite x y size seen <<EOF
$who
EOF
        inputs="$inputs -framerate $rate -i $work/$sprite-%02d.png"
        graph="$graph[$i:v]scale=-2:$size,crop=iw:${seen:-$size}:0:0,"
        graph="${graph}format=yuva420p,loop=-1:$rate,setpts=N/$rate/TB[who$i];"
        graph="$graph[$last][who$i]overlay=x='$x':y='$y'[with$i];"
        last=with$i
    done
    graph="$graph[$last]$(counter)"
    # shellcheck disable=SC2086
    quiet_ffmpeg $inputs -filter_complex "$graph" -an \
        -frames:v $((rate * seconds)) -r $rate \
        -color_primaries bt709 -color_trc bt709 -colorspace bt709 \
        -c:v libx264 -preset veryfast -profile:v high -bf 0 \
        -g $rate -keyint_min $rate -sc_threshold 0 \
        -b:v 450k -maxrate 500k -bufsize 500k -threads 2 \
        -x264-params repeat-headers=1:open-gop=0 \
        -f h264 "$work/cam-$number.h264"
    mv "$work/cam-$number.h264" "$target"
}

draw_all() {
    figure red "196 66 58" "58 62 84" "38 30 28"
    figure blue "62 104 170" "88 84 78" "30 26 26"
    figure green "86 142 96" "48 54 66" "74 52 38"
    figure cream "226 214 188" "106 74 60" "44 34 30"
    figure violet "134 104 168" "70 72 92" "36 30 32"
    figure yellow "232 186 74" "76 110 150" "52 38 30"

    room phone "206 214 220" "170 158 142" \
        "$(window 60),$(door 520),$(table 250 176 190 0xa5825c),$(screen 318 132)"
    room interview2 "222 212 198" "158 146 132" \
        "$(window 380),$(door 40),$(sofa 190 130 0x6b7fa3),$(plant 580 120)"
    room interview6 "204 218 206" "150 140 128" \
        "$(door 530),$(window 90),$(table 280 178 200 0x8d6f52),$(plant 40 120)"
    room nursery1 "240 226 190" "206 176 132" \
        "$(window 250),$(shelf 30),$(shelf 490),$(mat 120 220 190 80 0x74b3c9),$(mat 350 240 190 70 0xe7a9a0)"
    room front1 "216 222 226" "176 172 166" \
        "$(door 30),$(window 420),$(desk 180 150 230 0x8a6a4c),$(screen 260 106),$(plant 590 120)"
    room nursery2 "208 228 232" "196 172 140" \
        "$(shelf 420),$(window 60),$(mat 80 230 240 84 0xb7d08a),$(sofa 260 110 0xd08a5c)"
    room front2 "228 218 212" "164 156 150" \
        "$(window 40),$(door 530),$(desk 240 150 220 0x5f7a86),$(screen 330 106)"
    room nursery3 "234 214 214" "190 166 138" \
        "$(shelf 240),$(window 440),$(door 30),$(mat 330 226 250 86 0xc7b0dc)"
    room front3 "210 216 206" "172 160 140" \
        "$(window 240),$(desk 40 150 210 0x7d6152),$(screen 100 106),$(door 500),$(plant 440 120)"
}

# Somebody who walks to and fro: from, to, walks a loop, phase.
walk() { echo "$1+($2-$1)*(0.5-0.5*cos(2*PI*$3*t/$seconds+$4))"; }

all_there() {
    for number in 1 2 3 4 5 6 7 8 9; do
        [ -e "$out/cam-$number.h264" ] || return 1
    done
}

all_there || {
    draw_all
    clip 1 "전화상담실1" phone \
        "blue:$(walk 90 220 2 0):118:150" "cream:$(walk 470 400 1 1.5):150:165"
    clip 2 "면접상담실2" interview2 \
        "violet:$(walk 150 330 1 0):122:150" "red:$(walk 480 260 2 0.8):158:170"
    clip 3 "면접상담실6" interview6 \
        "green:$(walk 420 160 1 0.4):118:150" "cream:$(walk 60 220 2 2):160:168"
    clip 4 "공동육아나눔터(아주동) 전체" nursery1 \
        "yellow:$(walk 150 330 3 0):166:100" "red:$(walk 420 260 2 1):186:96" \
        "blue:$(walk 60 540 1 0.7):150:172"
    clip 5 "안내데스크(아주동)" front1 \
        "cream:$(walk 215 325 1 0):66:140:84" "blue:$(walk 60 500 2 0.5):160:172"
    clip 6 "나눔터(옥포동) 전체" nursery2 \
        "violet:$(walk 70 540 1 1.2):140:168" "yellow:$(walk 120 300 3 0.3):196:94"
    clip 7 "안내데스크(옥포동)" front2 \
        "green:$(walk 260 395 1 0.9):66:140:84" "red:$(walk 520 100 1 0):158:174"
    clip 8 "나눔터(상문동) 전체" nursery3 \
        "blue:$(walk 80 480 1 2.2):140:166" "yellow:$(walk 520 350 3 0):200:96" \
        "green:$(walk 340 470 2 1.1):190:102"
    clip 9 "안내데스크(상문동)" front3 \
        "violet:$(walk 60 185 1 0):66:140:84" "cream:$(walk 540 240 1 0.6):156:176"
}

for number in 1 2 3 4 5 6 7 8 9; do
    target=$out/low-$number.h264
    [ ! -e "$target" ] || continue
    quiet_ffmpeg -framerate $rate -i "$out/cam-$number.h264" -an \
        -vf "fps=3,scale=320:180" -color_primaries bt709 -color_trc bt709 \
        -colorspace bt709 -c:v libx264 -preset veryfast -profile:v high \
        -bf 0 -g 3 -keyint_min 3 -sc_threshold 0 -b:v 90k -maxrate 100k \
        -bufsize 100k -x264-params repeat-headers=1:open-gop=0 \
        -f h264 "$work/low-$number.h264"
    mv "$work/low-$number.h264" "$target"
done

if [ ! -e "$out/cam-h265.h265" ]; then
    quiet_ffmpeg -framerate $rate -i "$out/cam-5.h264" -an -c:v libx265 \
        -preset ultrafast -b:v 450k -x265-params \
        "bframes=0:keyint=$rate:min-keyint=$rate:scenecut=0:open-gop=0:repeat-headers=1:log-level=error" \
        -f hevc "$work/cam-h265.h265"
    mv "$work/cam-h265.h265" "$out/cam-h265.h265"
fi

if [ "$bench" = --bench ] && [ ! -e "$out/bench-1080.h264" ]; then
    # Noise, so that the encoder needs its bit rate without filler units.
    quiet_ffmpeg -f lavfi \
        -i "testsrc2=s=1920x1080:r=$rate:d=20,noise=alls=12:allf=t" -an \
        -c:v libx264 -preset veryfast -profile:v main -pix_fmt yuv420p -bf 0 \
        -g $((2 * rate)) -keyint_min $((2 * rate)) -sc_threshold 0 \
        -b:v 2M -maxrate 2M -bufsize 2M -x264-params repeat-headers=1 \
        -f h264 "$work/bench-1080.h264"
    mv "$work/bench-1080.h264" "$out/bench-1080.h264"
fi
